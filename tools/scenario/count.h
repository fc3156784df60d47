// SPDX-License-Identifier: MIT
// Counts source lines as cloc does: C and assembly, headers included.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct lines { unsigned long code, comment, blank; };

enum language { LANGUAGE_C, LANGUAGE_ASM };

struct lines count_text(const char *text, size_t size, enum language language);

// By the name's ending; false if the file cannot be read.
bool count_file(const char *path, struct lines *out);
