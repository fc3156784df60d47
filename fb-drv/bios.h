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

struct bios_regs { uint32_t eax, ebx, ecx, edx; };

// Start anew with this memory.
void bios_init(const uint8_t data[BIOS_DATA_SIZE], const uint8_t rom[BIOS_ROM_SIZE]);

// Run this code of `size` bytes, which ends with HLT; es:di is the buffer.
// False when it did not end.
bool bios_run(const void *code, size_t size, struct bios_regs *regs);

// The memory the BIOS sees, BIOS_MEMORY bytes.
uint8_t *bios_memory(void);

// Ports of the card, given by the program that includes this: bytes is 1, 2 or 4.
uint32_t card_in(uint16_t port, unsigned bytes);
void card_out(uint16_t port, unsigned bytes, uint32_t value);
