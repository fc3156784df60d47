// SPDX-License-Identifier: MIT
// Names of documents: folders separated by '/', from the top of the collection.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { PATH_SIZE = 64 };

// Where a link of the document `from` leads: a name without "." and ".." and
// without the part behind '#'.  A link that is only '#...' leads to `from`.  False
// for other schemes, absolute names, names out of the collection or too long.
bool path_resolve(char to[PATH_SIZE], const char *from, const char *target, size_t n);

bool path_ends(const char *path, const char *ending);
