// SPDX-License-Identifier: MIT
// Kernel information: the page every task can read, and the page for the root
// task alone.
#pragma once

#include <stdint.h>
#include <abi/msg.h>

enum {
	KIP_ADDR  = 0x3ffff000, // in every task, read-only
	UTCB_ADDR = 0x3fffe000, // by convention: the UTCB of a task's first thread
};

#define KIP_MAGIC 0x504b454e49525456ull         // "VTRINEKP"

struct kip {
	uint64_t magic;
	uint32_t version;       // of the ABI: 1
	uint32_t tsc_khz;       // time-stamp counter ticks per millisecond
	char     build[48];     // NUL-terminated
};
_Static_assert(sizeof(struct kip) == 64, "ABI");

// What the root task finds at its start.  Its capabilities:
enum {
	ROOT_THREAD = 1, ROOT_FACTORY, ROOT_SCHEDULER, ROOT_VCON,
	ROOT_IRQ = 32,          // + interrupt line 0..23, as far as they exist; but not COM1's (4)
	ROOT_FREE = 64,         // first index that the kernel left empty
};

enum {
	ROOT_INFO_ADDR = 0x3fff0000,
};
// All physical memory below 4 GiB that is not the kernel's appears here, 1:1,
// readable and writable: RAM cached, everything else uncached.
#define ROOT_WINDOW 0x100000000ull

enum { RAM_MAX = 32, MODULES_MAX = 4 };

struct root_info {
	uint64_t magic;         // KIP_MAGIC
	uint32_t ram_count;     // RAM that nobody uses yet: free for the root task
	uint32_t module_count;  // boot modules, page aligned, not part of ram[]
	struct { uint64_t addr, size; } ram[RAM_MAX];           // physical
	struct { uint64_t addr, size; } module[MODULES_MAX];    // physical
	struct {
		uint64_t addr;          // physical; 0 = no framebuffer
		uint32_t pitch;         // bytes per line
		uint32_t width, height; // pixels
		uint32_t bpp;           // bits per pixel
		uint32_t reserved;
	} fb;
	uint64_t entry_tsc;     // time-stamp counter at kernel entry
};
_Static_assert(sizeof(struct root_info) <= 4096, "one page");
