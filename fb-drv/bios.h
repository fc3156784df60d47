// SPDX-License-Identifier: MIT
// The card's BIOS, run by an emulator.  It can touch a copy of its memory and
// the ports of the card, and runs for a bounded number of instructions.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BIOS_DATA_SIZE = 0x1000,        // interrupt vectors and BIOS data at address 0
	BIOS_ROM = 0xc0000, BIOS_ROM_SIZE = 0x10000,
	BIOS_BUFFER = 0x30000,          // where calls get and return their data
	BIOS_MEMORY = 0x100000,
};

// The memory the BIOS sees.
extern uint8_t bios_memory[BIOS_MEMORY];

// Run this code of `size` bytes, which ends with HLT; es:di is the buffer.  *eax is
// given and returned.  False when it did not end.
bool bios_run(const void *code, size_t size, uint32_t *eax, uint32_t ebx, uint32_t ecx);
