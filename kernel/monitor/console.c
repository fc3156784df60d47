// SPDX-License-Identifier: MIT
// The console: gets control by the interrupt of COM1, when a certain key comes,
// and keeps it until `go`.  All is polled, interrupts are off.
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <string.h>
#include <x86/line.h>
#include <x86/x86.h>

#include "console.h"

enum {
	COM1 = 0x3f8, COM1_LINE = 4, IER = 1, MCR = 4, LSR = 5, READY = 1, MCR_INTERRUPT = 0x0b,
	KEY = 'K' - '@',                // Ctrl-K
	BACKSPACE = 8, DELETE = 127, ARGUMENT_MAX = 1000000,
};

// What the linker puts __wrap_ functions around.
void __real_line_init(const struct irq_routes *routes);
bool __real_line_accept(unsigned line);

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
			debug_write(&c, 1);
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

	debug_print("\n[kernel] stopped; help lists the commands, go lets it go on\n");
	do {
		debug_print("kernel> ");
		memset(line, 0, sizeof line);   // run() compares beyond the end of short ones
		read_line(line, sizeof line);
	} while (run(line));
	debug_print("[kernel] goes on\n");
}

void
__wrap_line_init(const struct irq_routes *routes)
{
	__real_line_init(routes);
	outb(COM1 + MCR, MCR_INTERRUPT);
	outb(COM1 + IER, 1);
	while (line_unmask(COM1_LINE))
		;
}

bool
__wrap_line_accept(unsigned line)
{
	bool deliver = __real_line_accept(line);

	if (line != COM1_LINE)
		return deliver;
	while (line_unmask(COM1_LINE))
		;
	while (inb(COM1 + LSR) & READY) {
		if (inb(COM1) == KEY)
			console();
	}
	return false;
}
