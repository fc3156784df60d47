// SPDX-License-Identifier: MIT
// The console: gets control by the interrupt of COM1, when a certain key comes,
// and keeps it until `go`.  All is polled then, interrupts are off.
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <string.h>
#include <x86/line.h>
#include <x86/uart.h>
#include <x86/x86.h>

#include "console.h"

enum {
	IER = 1, LSR = 5, READY = 1, IER_ROOM = 2,
	KEY = 'K' - '@',                // Ctrl-K
	BACKSPACE = 8, DELETE = 127, ARGUMENT_MAX = 1000000,
};

// What the linker puts __wrap_ functions around.
void __real_line_init(const struct irq_routes *routes);
void __real_debug_interrupt(void);

static void help(int64_t unused);

static const struct { const char *name; void (*run)(int64_t n); const char *what; } commands[] = {
	{ "ps", show_ps, "            tasks and threads" },
	{ "caps", show_caps, " TASK      its capabilities" },
	{ "maps", show_maps, " TASK      its memory" },
	{ "msg", show_msg, " THREAD     what it waits for, and its message registers" },
	{ "trace", show_trace, " [COUNT]  the latest ways into the kernel" },
	{ "mem", show_mem, "           kernel memory, by factory" },
	{ "help", help, "          this" },
	{ "go", NULL, "            let the machine go on" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void
help(int64_t unused)
{
	(void)unused;
	for (unsigned i = 0; i < COMMANDS; i++)
		debug_print("%s%s\n", commands[i].name, commands[i].what);
}

// A line without its end; what does not fit is not taken.
static void
read_line(char *line, unsigned size)
{
	unsigned n = 0;

	for (;;) {
		while (!(inb(COM1 + LSR) & READY))
			;
		char c = (char)inb(COM1);

		if (c == '\r' || c == '\n')
			break;
		if ((c == BACKSPACE || c == DELETE) && n > 0) {
			n--;
			debug_print("\b \b");
		} else if (c >= ' ' && c < DELETE && n < size - 1) {
			line[n++] = c;
			debug_print("%c", c);
		}
	}
	line[n] = '\0';
	debug_print("\n");
}

// The number at `s`, decimal; -1: there is none.
static int64_t
number(const char *s)
{
	int64_t n = 0;

	while (*s == ' ')
		s++;
	if (*s == '\0')
		return -1;
	for (; *s >= '0' && *s <= '9' && n < ARGUMENT_MAX; s++)
		n = n * 10 + (*s - '0');
	return *s == '\0' ? n : -1;
}

// False: the machine goes on.
static bool
run(const char *line)
{
	for (unsigned i = 0; i < COMMANDS; i++) {
		size_t n = strlen(commands[i].name);

		if (memcmp(line, commands[i].name, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
			continue;
		if (commands[i].run == NULL)
			return false;
		commands[i].run(number(line + n));
		return true;
	}
	if (line[0] != '\0')
		debug_print("no such command; try help\n");
	return true;
}

static void
console(void)
{
	char line[64];

	debug_at_once = true;
	debug_print("\n[kernel] stopped; help lists the commands, go lets it go on\n");
	do {
		debug_print("kernel> ");
		memset(line, 0, sizeof line);   // run() compares beyond the end of short ones
		read_line(line, sizeof line);
	} while (run(line));
	debug_print("[kernel] goes on\n");
	debug_at_once = false;
}

// The kernel sends only; the interrupt is for what is received, too.
void
__wrap_line_init(const struct irq_routes *routes)
{
	__real_line_init(routes);
	outb(COM1 + IER, READY);
}

void
__wrap_uart_ask(bool interrupt)
{
	outb(COM1 + IER, READY | (interrupt ? IER_ROOM : 0));
}

void
__wrap_debug_interrupt(void)
{
	do {
		while (inb(COM1 + LSR) & READY) {
			if (inb(COM1) == KEY)
				console();
		}
		__real_debug_interrupt();
	} while (inb(COM1 + LSR) & READY);
}
