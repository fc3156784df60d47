// SPDX-License-Identifier: MIT
// Makes the binary boot plan (lib/plan/plan.h) of a checked scenario, its
// programs and its boot modules.
#pragma once

#include "tools/elf_file.h"
#include "tools/scenario/scenario.h"

struct plan_program { const char *name; struct elf_file elf; };
struct plan_module { const char *name; const unsigned char *data; uint64_t size; };

struct plan_input {
	struct scenario *scenario;
	struct plan_program *programs;
	struct plan_module *modules;
	unsigned program_count, module_count;
	const char *build;              // for sizes in X-ray mode; NULL: none
};

// A growing piece of memory.
struct bytes { unsigned char *data; size_t size, room; };

// The plan in *out (to be freed), or false with scenario->error set.
bool plan_build(const struct plan_input *in, struct bytes *out);
