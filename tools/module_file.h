// SPDX-License-Identifier: MIT
// A boot module as the kernel starts it.
#pragma once

#include <stddef.h>

// Writes file `name`: size bytes, and their CRC (crc32c.h).  Ends the program with a
// line that begins with `who` if it cannot.
void module_write(const char *who, const char *name, const void *data, size_t size);
