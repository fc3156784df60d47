// SPDX-License-Identifier: MIT
// Gate: a source that passes messages on.
#pragma once

#include <source.h>

struct object *gate_create(struct factory *payer, uint64_t arg);
bool gate_fini(struct object *o, unsigned *steps);      // false: more to do
