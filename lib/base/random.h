// SPDX-License-Identifier: MIT
// Random numbers from the processor.
#pragma once

#include <stddef.h>

// size bytes from RDRAND (Intel SDM 1, section 7.3.17).  0, or not 0 when the
// processor has none or they fail.  A callback of mbedTLS; the context is unused.
int random_bytes(void *unused, unsigned char *out, size_t size);
