// SPDX-License-Identifier: MIT
// The task-state segment and its I/O bitmap.  The bitmap is filled when a task
// first touches a port (general protection fault), not at each switch.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct task;

// AMD APM volume 2, section 12.2.5.
struct [[gnu::packed]] tss {
	uint32_t reserved0;
	uint64_t rsp0, rsp1, rsp2, reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3, bitmap_offset;
	uint8_t  bitmap[8192 + 1];
};
_Static_assert(__builtin_offsetof(struct tss, bitmap) == 104, "hardware");

enum { BITMAP_HERE = 104, BITMAP_NONE = 0xffff };      // bitmap_offset: of one task, of others

extern struct tss tss;
extern struct task *io_task;    // whose ports are in the bitmap

// True when `t`, the current task, has ports that it could not use: they can be selected.
// Lets interrupts in.
bool io_fault(struct task *t);

// The ports of `t` changed.
void io_forget(struct task *t);
