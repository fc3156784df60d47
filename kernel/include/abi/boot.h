// SPDX-License-Identifier: MIT
// What the kernel and the maker of init's image agree upon: the first boot module,
// and where the first stack ends.
#pragma once

#include <stdint.h>

enum { STACK_TOP = 0x3fff7000 };        // of a task's first thread

// Each boot module ends with 4 bytes that are the CRC-32C of what is before them, least
// significant first (crc32c.h).  The kernel starts nothing when one of them is damaged.

// What boots init: the first boot module, made from init's ELF by tools/mkinit and
// loaded by kernel/start/root.c: a header padded to 4096 bytes, then the bytes of each
// segment, each padded to 4096.
#define INIT_MAGIC 0x54494e4956545256ull
struct init_image {
	uint64_t magic;
	uint64_t entry;
	struct { uint64_t addr, size, rights; } segment[4];     // size in memory; file follows:
	uint64_t file_size[4];          // bytes in the file, padded to 4096 each
	uint64_t reserved[14];
};
_Static_assert(sizeof(struct init_image) == 256, "layout");
