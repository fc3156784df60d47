// SPDX-License-Identifier: MIT
// What GRUB tells us (Multiboot2 specification 2.0), boiled down to a map of
// physical memory, the modules and the framebuffer.
#pragma once

#include <abi/kip.h>
#include <start/acpi.h>
#include <frame.h>

enum { BOOT_RANGES = 48 };

struct range { paddr_t start, end; };

struct boot_info {
	struct range ram[BOOT_RANGES];  // usable RAM below 4 GiB, page aligned, disjoint
	unsigned ram_count;
	uint64_t ram_total, ram_above;  // bytes: of ram at first; of what is above 4 GiB
	struct range module[MODULES_MAX];
	unsigned module_count;
	struct root_info root;          // fb filled in, if it can be used
	paddr_t rsdt, xsdt;             // 0: not said
};

// Says so and stops when GRUB's information is missing or does not fit.
void multiboot_parse(uint32_t magic, paddr_t info, struct boot_info *out);

// Remove [start, end) from the RAM map.
void boot_reserve(struct boot_info *b, paddr_t start, paddr_t end);
