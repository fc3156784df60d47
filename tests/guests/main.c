// SPDX-License-Identifier: MIT
// A hostile guest: what it does says the last letter of its command line, "t=LETTER".
#include "flat.h"

enum { COMMAND_LINE = 0x20000, SERIAL = 0x3f8, PAGE = 4096 };

static void
put(char c)
{
	port_out(SERIAL, 1, (uint8_t)c);
}

void
say(const char *text, uint64_t n)
{
	char digits[20];
	unsigned i = 0;

	while (*text != '\0')
		put(*text++);
	do
		digits[i++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (i > 0)
		put(digits[--i]);
	put('\n');
}

uint64_t
chance(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15;

	x ^= x << 13, x ^= x >> 7, x ^= x << 17;
	return x;
}

static void
set_handlers(void)
{
	static uint64_t idt[2 * 32];
	static struct [[gnu::packed]] { uint16_t limit; uint64_t base; } pointer;

	for (unsigned i = 0; i < 32; i++) {
		uint64_t at = (uint64_t)(uintptr_t)flat_stubs + 16 * i;

		idt[2 * i] = (at & 0xffff) | 0x10 << 16 | 0x8eull << 40 | at >> 16 << 48;
		idt[2 * i + 1] = at >> 32;
	}
	pointer.limit = sizeof idt - 1, pointer.base = (uint64_t)(uintptr_t)idt;
	__asm__ volatile("lidt %0" : : "m"(pointer));
}

// Exits as fast as they come, of several kinds.
static void
storm(void)
{
	for (uint64_t i = 0; ; i++) {
		cpuid();
		port_in(0x70 + i % 2, 1);
		__asm__ volatile("rdmsr" : : "c"(0x10) : "rax", "rdx");
	}
}

static uint64_t
ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return low | (uint64_t)high << 32;
}

// Ticks for one IN, from the guest's instruction to the next; under icount: instructions.
static void
measure(void)
{
	enum { TIMES = 1000 };
	uint64_t start = ticks();

	for (unsigned i = 0; i < TIMES; i++)
		port_in(0x21, 1);
	say("ticks for an IN: ", (ticks() - start) / TIMES);
	start = ticks();
	for (unsigned i = 0; i < TIMES; i++)
		cpuid();
	say("ticks for a CPUID: ", (ticks() - start) / TIMES);
}

// The whole framebuffer again and again; each piece of it is taken away when it is shown.
static void
draw(const uint8_t *params)
{
	uint32_t base;

	memcpy(&base, params + 0x18, sizeof base);
	for (uint32_t colour = 0; base != 0; colour += 0x010305) {
		for (uint32_t y = 0; y < 600; y++) {
			volatile uint32_t *row = (volatile uint32_t *)(uintptr_t)(base + y * PAGE);

			for (unsigned x = 0; x < 800; x += 16)
				row[x] = colour;
		}
	}
	say("no screen", 0);
}

// Shutdown without a way back: exceptions that have no handler.
static void
triple(void)
{
	static struct [[gnu::packed]] { uint16_t limit; uint64_t base; } nothing;

	__asm__ volatile("lidt %0; ud2" : : "m"(nothing));
}

void flat_main(const uint8_t *params);

void
flat_main(const uint8_t *params)
{
	const char *line = (const char *)COMMAND_LINE;
	size_t n = strlen(line);

	set_handlers();
	switch (n > 0 ? line[n - 1] : '\0') {
	case 'c': test_processor(); break;
	case 'r': test_rings(); break;
	case 'a': test_leaks(0xa5a5a5a55a5a5a5a); break;
	case 'b': test_leaks(0x123456789abcdef0); break;
	case 's': storm(); break;
	case 'i': measure(); break;
	case 'd': draw(params); break;
	case 't': triple(); break;
	case 'n':                       // where no page of RAM is, by page tables of our own
		((volatile uint64_t *)0xa000)[3] = 1ull << 39 | 0x83;
		__asm__ volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" : : : "rax", "memory");
		*(volatile uint64_t *)0xc0000000 = 1;
		break;
	case 'o':                       // string I/O from the last bytes of RAM on
		__asm__ volatile("rep insl" : : "D"((8 << 20) - 6), "c"(4), "d"(0xcf8));
		break;
	}
	__asm__ volatile("cli; hlt");
}
