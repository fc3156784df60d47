// SPDX-License-Identifier: MIT
// Log lines: a component's own, those about a component, and init's.
#pragma once

#include <abi/msg.h>
#include <init_plan.h>
#include <stddef.h>

// LOG_WRITE or VCON_WRITE: one line, at most SELF_LINE_MAX characters.
void console_write(cap_t to, uint32_t op, const char *text, size_t n);

// Print a line of init's own: "a b".
void console_say(const char *a, const char *b);

// The same about a component.
void console_say_of(const struct run *run, uint32_t component, const char *what);

// Print, also on the screen, and stop: the system cannot be set up.
_Noreturn void console_fail(const char *what);

// The same: not enough of something; bytes.
_Noreturn void console_lacks(const char *what, uint64_t needed, uint64_t there);

// The same: `what` of a component, at an address of its own if that is not 0.
_Noreturn void console_fail_of(const struct run *run, uint32_t component, const char *what,
                               uint64_t addr, enum err e);

// LOG_WRITE from a component, its message in the UTCB.
enum err console_log(const struct run *run, uint32_t component, unsigned words);

// A fault message of a component is in the UTCB.
void console_fault(const struct run *run, uint32_t component, enum msg_kind kind);
