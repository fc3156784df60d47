// SPDX-License-Identifier: MIT
// The viaduct's configuration: a boot module that tools/mkvpn makes on the build
// host of a text file, so that nothing here parses text.  docs/vpn.md says what
// the settings mean.
#pragma once

#include <app/sa.h>

#define VIADUCT_MAGIC 0x0001746375646156ull

enum { VIADUCT_POLICIES = 32, VIADUCT_MANUAL = 8 };

// Packets between these inner addresses are protected, all others discarded.
struct viaduct_policy { struct sa_range local, remote; };

struct viaduct_config {
	uint64_t magic;
	uint32_t policies, manuals;
	uint64_t issued;                // the manual keys: seconds since 1970
	uint32_t dummy_ms;              // an SA silent for so long sends a dummy; 0: none
	uint32_t reserved;
	struct viaduct_policy policy[VIADUCT_POLICIES];
	struct sa manual[VIADUCT_MANUAL];
};
_Static_assert(sizeof(struct viaduct_config) == 32 + VIADUCT_POLICIES * 16 + VIADUCT_MANUAL * 128,
               "written on the host");
