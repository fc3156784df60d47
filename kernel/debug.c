// SPDX-License-Identifier: MIT
// The log's ring, formatted output, what is said on the screen, too, and the epitaph.
#include <cpu.h>
#include <debug.h>
#include <start/screen.h>
#include <stdarg.h>
#include <string.h>
#include <thread.h>
#include <x86/uart.h>

// Made by the build from the linked kernel: sorted by address, ending with
// the end of .text.  Empty in the first link.
struct symbol { uint32_t offset, name; };
extern const struct symbol kernel_symbols[];
extern const uint32_t kernel_symbol_count;
extern const char kernel_symbol_names[];
extern char kernel_start[], kernel_text_end[], kstack_top[];

enum {
	RING = 32 << 10,        // some 500 lines
	PATIENCE = 10000000,    // looks at a UART that must be waited for, in all
	BACKTRACE_MAX = 24,
};

bool debug_on_screen, debug_at_once;

static char ring[RING];
static uint32_t written, sent;          // bytes, ever
static uint64_t lost;                   // not 0: until the ring is empty

void
debug_write(const char *text, uint64_t n)
{
	uint32_t at = written % RING;
	uint64_t first = n < RING - at ? n : RING - at;

	for (uint64_t i = 0; debug_on_screen && i < n; i++)
		while (!screen_putc(text[i]))
			;
	if (lost != 0 || n > RING - (written - sent)) {
		lost += n;
		return;
	}
	memcpy(ring + at, text, first);
	memcpy(ring, text + first, n - first);
	written += (uint32_t)n;
}

static void
put(char c)
{
	debug_write(&c, 1);
}

static void
print_number(uint64_t v, unsigned base, unsigned min_digits)
{
	char digits[20];
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v != 0 || n < min_digits);
	while (n > 0)
		put(digits[--n]);
}

static void
print_one(char conversion, bool wide, va_list *ap)
{
	const char *s;

	switch (conversion) {
	case 's':
		s = va_arg(*ap, const char *);
		debug_write(s, strlen(s));
		break;
	case 'c':
		put((char)va_arg(*ap, int));
		break;
	case 'p':
		print_number((uint64_t)va_arg(*ap, void *), 16, 16);
		break;
	case 'u':
	case 'x':
		print_number(wide ? va_arg(*ap, uint64_t) : va_arg(*ap, unsigned),
		             conversion == 'u' ? 10 : 16, 1);
		break;
	}
}

bool
debug_send(void)
{
	static bool returned;           // a line's end is two bytes
	unsigned room = uart_room();
	bool ready = room > 0;
	uint32_t at = sent, end = written;

	for (; room > 0 && at != end; room--) {
		char c = ring[at % RING];

		returned = c == '\n' && !returned;
		uart_send(returned ? '\r' : c);
		at += !returned;
	}
	sent = at;
	if (sent == written && lost != 0) {
		uint64_t n = lost;
		static const char what[] = " bytes of the log were lost\n";

		lost = 0;
		debug_write("[kernel] ", 9);
		print_number(n, 10, 1);
		debug_write(what, sizeof what - 1);
	}
	return ready && sent != written;
}

void
debug_leave(void)
{
	static bool asked;

	if (asked != (sent != written))
		uart_ask(asked = !asked);
}

void
debug_interrupt(void)
{
	(void)debug_send();
	debug_leave();
}

// Send everything.  A line that never gets ready must not hang the kernel.
static void
flush(void)
{
	static unsigned patience = PATIENCE;

	while (sent != written && (debug_send() || patience > 0))
		patience -= patience > 0;
}

void
debug_print(const char *fmt, ...)
{
	va_list ap;

	if (debug_at_once)
		flush();                // makes room
	va_start(ap, fmt);
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		bool wide = *++fmt == 'l';

		print_one(wide ? *++fmt : *fmt, wide, &ap);
	}
	va_end(ap);
	if (debug_at_once)
		flush();
	while (debug_send())
		;
	debug_leave();
}

static void
print_symbol(uint64_t addr)
{
	uint64_t offset = addr - (uint64_t)kernel_start;
	uint32_t i = 0;

	debug_print("  %p", (void *)addr);
	if (addr < (uint64_t)kernel_start || addr >= (uint64_t)kernel_text_end) {
		debug_print("\n");
		return;
	}
	while (i + 1 < kernel_symbol_count && kernel_symbols[i + 1].offset <= offset)
		i++;
	if (kernel_symbol_count > 0)
		debug_print(" %s+0x%lx", &kernel_symbol_names[kernel_symbols[i].name],
		            offset - kernel_symbols[i].offset);
	debug_print("\n");
}

static void
print_backtrace(uint64_t rip, uint64_t rbp)
{
	uint64_t top = (uint64_t)kstack_top;

	print_symbol(rip);
	for (unsigned i = 0; i < BACKTRACE_MAX; i++) {
		if (rbp < top - KSTACK_SIZE || rbp > top - 16 || rbp % 8 != 0)
			return;
		print_symbol(((uint64_t *)rbp)[1]);
		rbp = ((uint64_t *)rbp)[0];
	}
}

void
panic_at(const struct frame_regs *f, const char *what)
{
	static const char names[][4] = { "r15", "r14", "r13", "r12", "r11", "r10", "r9 ", "r8 ",
		"rdi", "rsi", "rbp", "rbx", "rdx", "rcx", "rax" };

	debug_on_screen = debug_at_once = true;
	debug_print("\n[kernel] panic: %s\n", what);
	debug_on_screen = false;
	if (f != NULL) {
		debug_print("  vector %lu error %lx cr2 %lx", f->vector, f->error, read_cr2());
		for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
			debug_print("%s %s %p", i % 3 == 0 ? "\n " : "", names[i],
			            (void *)((const uint64_t *)f)[i]);
		debug_print("\n  rsp %p flags %lx\n", (void *)f->rsp, f->rflags);
		print_backtrace(f->rip, f->rbp);
	} else {
		print_backtrace((uint64_t)__builtin_return_address(0),
		                (uint64_t)__builtin_frame_address(0));
	}
	debug_print("  current thread %p, task %p\n", (void *)cpu.current, (void *)cpu.task);
	cli_hlt();
}

void
panic(const char *what)
{
	panic_at(NULL, what);
}
