// SPDX-License-Identifier: MIT
// Interrupts all the time, from the PIT and the real-time clock, while a less
// urgent task makes the kernel work and looks at what comes of it.  Booted in
// place of init.  Prints "storm: ROUNDS INTERRUPTS" for ever, or what is wrong;
// the outside adds NMIs.
#include "env.h"

enum {
	PIT = 0, RTC = 8,                               // interrupt lines
	PIT_CHANNEL0 = 0x40, PIT_COMMAND = 0x43, PIT_DIVISOR = 6,       // 200 kHz
	RTC_INDEX = 0x70, RTC_DATA = 0x71, RTC_RATE = 0x26,             // 1 kHz
	PAGE_AT = 0x30000000, ROUNDS = 50,
};

static volatile uint64_t interrupts;

static void
outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static uint8_t
rtc(uint8_t index)
{
	uint8_t v;

	outb(RTC_INDEX, index);
	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"((uint16_t)RTC_DATA));
	return v;
}

static void
must(bool good, const char *what)
{
	if (good)
		return;
	env_print("storm: wrong: ");
	env_print(what);
	env_print("\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

// The most urgent: takes interrupts as they come.
static void
driver(uint64_t arg)
{
	(void)arg;
	for (;;) {
		struct reply r = sys_invoke(0, IPC_WAIT, 0, DEADLINE_NONE);

		interrupts++;
		if (r.label == RTC)
			(void)rtc(0xc);                 // acknowledges it
		sys_invoke(ROOT_IRQ + (cap_t)r.label, IPC_CALL, tag(IRQ_UNMASK, 0, 0),
		           DEADLINE_NONE);
	}
}

static void
echo(uint64_t arg)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	(void)arg;
	for (;;) {
		utcb()->mr[0]++;
		r = sys_reply_and_wait(tag(0, tag_words(r.tag), 0), DEADLINE_NONE);
	}
}

// A task from nothing, some calls, memory there and back, and its end.
static void
round_of(uint64_t n, uint64_t page)
{
	struct env_mark mark = env_mark();
	struct child c;

	must(env_child(&c, 256 << 10, 0, 1, 100) == OK, "a child");
	must(thread_bind(c.thread, c.gate, 7) == OK && env_start(&c, echo, 0) == OK, "its start");
	for (uint64_t i = 0; i < 20; i++) {
		utcb()->mr[0] = n + i, utcb()->mr[1] = i;
		must(tag_err(sys_call(c.gate, tag(0, 2, 0))) == OK, "a call");
		must(utcb()->mr[0] == n + i + 1 && utcb()->mr[1] == i, "its answer");
		must(task_map(c.task, fpage_mem(page, 12, MEM_R), PAGE_AT + i * 4096) == OK, "map");
	}
	must(task_unmap(CAP_SELF, fpage_mem(page, 12, MEM_RW), false) == OK, "unmap");
	must(object_destroy(c.factory) == OK, "its end");
	env_release(mark);
}

static void
start_driver(void)
{
	cap_t t = env_caps(1);
	uint64_t stack = env_ram(4096);

	must(factory_create(ENV_FACTORY, OBJ_THREAD, t, 0) == OK &&
	     thread_control(t, CAP_SELF, ENV_UTCBS, 0) == OK &&
	     sched_set(ENV_SCHEDULER, t, 250, 10000) == OK &&
	     thread_bind(t, ROOT_IRQ + PIT, PIT) == OK &&
	     thread_bind(t, ROOT_IRQ + RTC, RTC) == OK &&
	     thread_start(t, (uint64_t)driver, stack + 4096 - 8, 0) == OK, "the driver");
	outb(PIT_COMMAND, 0x34);
	outb(PIT_CHANNEL0, PIT_DIVISOR);
	outb(PIT_CHANNEL0, 0);
	uint8_t b = rtc(0xb);

	outb(RTC_INDEX, 0xa);
	outb(RTC_DATA, RTC_RATE);
	outb(RTC_INDEX, 0xb);
	outb(RTC_DATA, b | 0x40);                       // periodic
	(void)rtc(0xc);
	must(sys_irq_unmask(ROOT_IRQ + PIT) == OK &&
	     sys_irq_unmask(ROOT_IRQ + RTC) == OK, "unmask");
}

static uint64_t
kernel_memory(void)
{
	return sys_request(ENV_FACTORY, FACTORY_QUOTA, 0) == OK ? utcb()->mr[1] : 0;
}

int
main(void)
{
	env_init();
	uint64_t page = env_ram(4096), used = 0;

	must(sched_set(ENV_SCHEDULER, ENV_THREAD, 50, 1000) == OK, "our priority");
	start_driver();
	for (uint64_t n = 1;; n++) {
		round_of(n, page);
		used = n == 1 ? kernel_memory() : used;
		must(kernel_memory() == used, "memory is lost");
		if (n % ROUNDS != 0)
			continue;
		env_print("storm: ");
		env_print_number(n);
		env_print(" ");
		env_print_number(interrupts);
		env_print("\n");
	}
}
