// SPDX-License-Identifier: MIT
// Vcon: the log stream on COM1.
#pragma once

#include <object.h>

struct thread;
enum err vcon_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
