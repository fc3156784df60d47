// SPDX-License-Identifier: MIT
// The debug console's commands.
#pragma once

#include <object.h>

// A command's argument: the number that was typed, or -1.
void show_ps(int64_t unused);
void show_caps(int64_t task);
void show_maps(int64_t task);
void show_mem(int64_t unused);
void show_msg(int64_t thread);
void show_trace(int64_t count);

// Tasks and threads have numbers, which are good until the machine continues.
// 0: it has none.
unsigned show_number(const struct object *o);

// The object with that number and type, or NULL, having said so.
struct object *show_find(int64_t number, enum object_type type);
