// SPDX-License-Identifier: MIT
// The log on COM1, kernel messages in it, assertions, and the epitaph of a panic.
//
// What is written goes to a ring, and from there to the UART as it has room: at once, and
// by its interrupt.  While the ring is full, all that is written is lost, counted, and the
// number written when the ring is empty.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <x86/x86.h>

// Formats: %s %c %u %x %p (64-bit hexadecimal) %lu %lx.
[[gnu::format(printf, 1, 2)]] void debug_print(const char *fmt, ...);

// Into the ring: all of it or nothing.  debug_leave is to follow.
void debug_write(const char *text, uint64_t n);

// Give the UART what it takes now, which is bounded.  True: there is more, and it may
// take that now.
bool debug_send(void);

// What is left is sent by interrupts.
void debug_leave(void);

// The UART's interrupt.
void debug_interrupt(void);

// While true, all that is printed goes to the screen, too, as long as that is the kernel's.
extern bool debug_on_screen;

// While true, debug_print waits until everything is sent.
extern bool debug_at_once;

// The machine is not fit for us: say why, and halt.
#define refuse(fmt, ...) \
	(debug_on_screen = debug_at_once = true, \
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
