// SPDX-License-Identifier: MIT
// What the hostile guest's parts share: ports, text on its serial line, exceptions that are expected.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern uint64_t flat_resume, flat_trapped;      // start.S
extern const char flat_stubs[];
uint32_t flat_legacy(void);                     // -> EFER while paging was off

enum { NO_TRAP = 99, TRAP_UD = 6, TRAP_GP = 13 };

// The exception that this instruction raises, or NO_TRAP.
#define TRY(instruction, ...) ({ \
	flat_trapped = NO_TRAP; \
	__asm__ volatile("lea 1f(%%rip), %%r11; mov %%r11, flat_resume(%%rip);" instruction "; 1:" \
		: : __VA_ARGS__ : "r11", "rbx", "memory", "cc"); \
	flat_trapped; })

static inline void
port_out(unsigned port, unsigned bytes, uint32_t v)
{
	if (bytes == 4)
		__asm__ volatile("outl %0, %1" : : "a"(v), "d"((uint16_t)port));
	else if (bytes == 2)
		__asm__ volatile("outw %0, %1" : : "a"((uint16_t)v), "d"((uint16_t)port));
	else
		__asm__ volatile("outb %0, %1" : : "a"((uint8_t)v), "d"((uint16_t)port));
}

static inline uint32_t
port_in(unsigned port, unsigned bytes)
{
	uint32_t v = 0;

	if (bytes == 4)
		__asm__ volatile("inl %1, %0" : "=a"(v) : "d"((uint16_t)port));
	else if (bytes == 2)
		__asm__ volatile("inw %w1, %w0" : "+a"(v) : "d"((uint16_t)port));
	else
		__asm__ volatile("inb %w1, %b0" : "+a"(v) : "d"((uint16_t)port));
	return v;
}

static inline void
cpuid(void)
{
	uint32_t a = 0, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
}

// A line of text and a number, on the serial line.
void say(const char *text, uint64_t n);

uint64_t chance(void);

// The tests, each in a guest of its own.
void test_processor(void);      // cpu.c
void test_leaks(uint64_t mine);
void test_rings(void);          // ring.c
