// SPDX-License-Identifier: MIT
// Which source lines really ended up in a program: those its debug line table
// gives machine code to.
#pragma once

#include <stdbool.h>

typedef void linked_line(void *context, const char *path, unsigned line);

// Calls `found` for each line of each instruction in the executable segment, the
// same line perhaps often.  Paths are as the build names its sources.  False:
// not an ELF file with debug information.
bool linked_lines(const char *elf, linked_line *found, void *context);
