// SPDX-License-Identifier: MIT
// Where mbedTLS gets its memory from.
#pragma once

#include <base/arena.h>

// To be called before anything of mbedTLS; NULL makes every allocation fail.
void mbedtls_port_arena(struct arena *arena);
