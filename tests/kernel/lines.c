// SPDX-License-Identifier: MIT
// Interrupt lines and what is wrong with them: spurious interrupts, and a line
// that stays raised.  Booted in place of init, with QEMU's device "edu", by
// tests/system/test_kernel.py, which lets programs use the vectors that a
// processor and an 8259 deliver spuriously: `int` is the same for the kernel,
// as neither leaves a trace in the controller.  Prints "lines: good", or what
// is wrong.
#include "env.h"

enum {
	PIT = 0, PIC_LAST = 7, RTC = 8,                 // interrupt lines
	PIC1 = 0x20, PIC1_MASK = 0x21, PIC2 = 0xa0, READ_ISR = 0x0b,
	RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_RATE = 0x23,             // 8 kHz
	PCI_ADDRESS = 0xcf8, PCI_DATA = 0xcfc, PCI_BAR0 = 0x10, PCI_LINE = 0x3c,
	EDU = 0x11e81234, EDU_RAISE = 0x60 / 4, EDU_ACCEPT = 0x64 / 4,
	ROUNDS = 1000, MASKINGS = 30000,
};

static void
outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static uint8_t
inb(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static uint8_t
rtc(uint8_t index)
{
	outb(RTC_INDEX, index);
	return inb(RTC_DATA);
}

static uint32_t
pci(unsigned device, uint8_t reg)
{
	uint32_t at = 1u << 31 | device << 11 | reg, v;

	__asm__ volatile("outl %0, %1" : : "a"(at), "Nd"((uint16_t)PCI_ADDRESS));
	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"((uint16_t)PCI_DATA));
	return v;
}

static void
must(bool good, const char *what)
{
	if (good)
		return;
	env_print("lines: wrong: ");
	env_print(what);
	env_print("\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static void
unmask(cap_t line)
{
	must(sys_irq_unmask(ROOT_IRQ + line) == OK, "unmask");
}

static void
mask(cap_t line)
{
	must(sys_request(ROOT_IRQ + line, IRQ_MASK, 0) == OK, "mask");
}

static void
comes(cap_t line, const char *what)
{
	struct reply r = sys_wait(sys_in_ms(1000));

	must(tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IRQ && r.label == line, what);
}

static void
nothing_comes(const char *what)
{
	must(tag_err(sys_wait(sys_in_ms(2)).tag) == ERR_TIMEOUT, what);
}

// The timer and a line of each controller work, and nothing else fires.
static void
works(void)
{
	nothing_comes("nobody raised a line");
	unmask(PIT);
	comes(PIT, "the PIT");
	mask(PIT);
	unmask(RTC);
	(void)rtc(0xc);
	comes(RTC, "the clock");
	mask(RTC);
}

static void
start_clock(void)
{
	uint8_t b = rtc(0xb);

	outb(RTC_INDEX, 0xa);
	outb(RTC_DATA, RTC_RATE);
	outb(RTC_INDEX, 0xb);
	outb(RTC_DATA, b | 0x40);                       // periodic
}

// True: the 8259s are used.
static bool
through_pics(void)
{
	return !(inb(PIC1_MASK) & 1 << PIC_LAST);
}

// `vector` as if it came here.
#define INTERRUPT(vector) do { \
	uint64_t a = 1, b = 2, c = 3, d = 4, s = 5, e = 6; \
	__asm__ volatile("int %6" : "+a"(a), "+b"(b), "+c"(c), "+d"(d), "+S"(s), "+D"(e) \
		: "i"(vector) : "memory"); \
	must(a == 1 && b == 2 && c == 3 && d == 4 && s == 5 && e == 6, "registers"); } while (0)

static void
spurious(void)
{
	bool pics = through_pics();

	for (unsigned i = 0; i < ROUNDS; i++) {
		INTERRUPT(0x3f);
		if (pics)
			INTERRUPT(0x20 + PIC_LAST);
		must(tag_err(sys_wait(DEADLINE_ZERO).tag) == ERR_TIMEOUT, "it is told");
		must(through_pics() == pics, "it masks a line");
	}
	works();
}

// The clock is masked just when it has fired, again and again: the second 8259
// asked for the processor, and has nothing when that comes.
static void
masked_in_time(void)
{
	for (unsigned i = 0; i < MASKINGS; i++) {
		unmask(RTC);
		mask(RTC);
		(void)rtc(0xc);
		struct reply r = sys_wait(DEADLINE_ZERO);

		must(tag_err(r.tag) == ERR_TIMEOUT || r.label == RTC, "another line");
		outb(PIC1, READ_ISR);
		outb(PIC2, READ_ISR);
		must(inb(PIC1) == 0 && inb(PIC2) == 0, "an 8259 waits for its end of interrupt");
	}
	works();
}

// A line that stays raised until its device is told: fires whenever it is open
// then, and is forgotten when it falls.
static void
level(void)
{
	unsigned device = 0;

	while (device < 32 && pci(device, 0) != EDU)
		device++;
	must(device < 32, "there is no device edu");
	uint64_t registers = ROOT_WINDOW + (pci(device, PCI_BAR0) & ~15u);
	volatile uint32_t *edu = (volatile uint32_t *)registers;
	cap_t line = pci(device, PCI_LINE) & 0xff;

	must(line < 24 && thread_bind(ENV_THREAD, ROOT_IRQ + line, line) == OK, "its line");
	unmask(line);
	nothing_comes("it is not raised");
	for (unsigned i = 0; i < 100; i++) {
		edu[EDU_RAISE] = 1;
		comes(line, "a raised line");
		nothing_comes("it is masked until it is unmasked");
		unmask(line);
		comes(line, "it is raised still");
		edu[EDU_ACCEPT] = 1;
		unmask(line);
		nothing_comes("it has fallen");
		mask(line);
		edu[EDU_RAISE] = 1;
		edu[EDU_ACCEPT] = 1;
		unmask(line);
		nothing_comes("it has fallen before somebody listened");
		mask(line);
		edu[EDU_RAISE] = 1;
		unmask(line);
		comes(line, "it was raised before somebody listened");
		edu[EDU_ACCEPT] = 1;
		unmask(line);
	}
	works();
}

int
main(void)
{
	static const cap_t lines[] = { PIT, PIC_LAST, RTC, 15 };

	env_init();
	for (unsigned i = 0; i < 4; i++)
		must(thread_bind(ENV_THREAD, ROOT_IRQ + lines[i], lines[i]) == OK, "bind");
	start_clock();
	unmask(PIC_LAST);
	unmask(15);
	works();
	spurious();
	masked_in_time();
	level();
	env_print("lines: good\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
