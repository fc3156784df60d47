// SPDX-License-Identifier: MIT
// A boot module as the kernel starts it (abi/boot.h).
#pragma once

#include <stddef.h>

// Bytes before the CRC at the end of a file of `size` bytes; 0: it is damaged.
size_t module_size(const void *file, size_t size);

// Writes file `name`: size bytes, and their CRC (crc32c.h).  Ends the program with a
// line that begins with `who` if it cannot.
void module_write(const char *who, const char *name, const void *data, size_t size);
