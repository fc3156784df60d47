// SPDX-License-Identifier: MIT
// Kernel messages on COM1, assertions, and the epitaph of a panic.
#pragma once

#include <stdint.h>

// Formats: %s %c %u %x %p (64-bit hexadecimal) %lu %lx.
[[gnu::format(printf, 1, 2)]] void debug_print(const char *fmt, ...);
void debug_write(const char *text, uint64_t n);

struct frame_regs;
// Print what happened, the registers (may be NULL), a symbolised backtrace and
// the current thread, and halt.
_Noreturn void panic_at(const struct frame_regs *f, const char *what);
_Noreturn void panic(const char *what);

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)
// For our own bugs only; anything a caller can cause is an error return.
#define assert(x) ((x) ? (void)0 : panic(__FILE__ ":" STRINGIFY(__LINE__) ": " #x))
