// SPDX-License-Identifier: MIT
// The list of all documents, as a document.
#pragma once

#include <stddef.h>

enum { CONTENTS_MAX = 16384 };

// Appends "- [heading](name)" to the text of *n bytes; leaves out what has no room.
void contents_add(char text[CONTENTS_MAX], size_t *n, const char *name, const char *document,
                  size_t size);
