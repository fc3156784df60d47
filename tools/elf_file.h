// SPDX-License-Identifier: MIT
// What our host tools need of a program's ELF file: entry, segments, symbols.
// Nothing in the file is believed: everything is checked against its size.
#pragma once

#include <stdint.h>

enum { ELF_SEGMENTS = 4 };

struct elf_segment {
	uint64_t addr, size;            // page aligned address; bytes in memory
	uint64_t file_size;             // bytes that come from the file
	const unsigned char *data;
	unsigned rights;                // MEM_R, MEM_RX or MEM_RW
};

struct elf_symbol { uint64_t addr; const char *name; };

struct elf_file {
	uint64_t entry;
	unsigned count;
	struct elf_segment segment[ELF_SEGMENTS];       // by address, not overlapping
	unsigned symbol_count;
	struct elf_symbol *symbol;      // functions and objects, by address
	unsigned char *bytes;
	uint64_t bytes_size;
};

// Reads and checks the file: static x86-64 executable, at most ELF_SEGMENTS
// loadable segments on separate pages, none writable and executable, all below
// 1 GiB.  Returns NULL, or a sentence saying what is wrong.
const char *elf_open(struct elf_file *elf, const char *path);

void elf_close(struct elf_file *elf);
