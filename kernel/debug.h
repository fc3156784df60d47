// SPDX-License-Identifier: MIT
// Kernel messages on COM1, assertions, and the epitaph of a panic.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <x86/x86.h>

// Formats: %s %c %u %x %p (64-bit hexadecimal) %lu %lx.
[[gnu::format(printf, 1, 2)]] void debug_print(const char *fmt, ...);
void debug_write(const char *text, uint64_t n);

// While true, all that is printed goes to the screen, too, as long as that is the kernel's.
extern bool debug_on_screen;

// The machine is not fit for us: say why, and halt.
#define refuse(fmt, ...) \
	(debug_on_screen = true, \
	 debug_print("\n[kernel] cannot start: " fmt "\n", ##__VA_ARGS__), cli_hlt())

struct frame_regs;
// Print what happened (also on the screen), the registers (may be NULL), a symbolised
// backtrace and the current thread, and halt.
_Noreturn void panic_at(const struct frame_regs *f, const char *what);
_Noreturn void panic(const char *what);

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)
// For our own bugs only; anything a caller can cause is an error return.
#define assert(x) ((x) ? (void)0 : panic(__FILE__ ":" STRINGIFY(__LINE__) ": " #x))
