// SPDX-License-Identifier: MIT
// A virtual machine: this thread is its processor until there is something to do for it.  What
// it has, the scenario says: RAM is the component's memory, kernel and files are boot modules.
#include <string.h>
#include <sys/root.h>
#include <sys/startup_memory.h>
#include "boot.h"
#include "bus.h"
#include "clock.h"
#include "devices.h"
#include "machine.h"
#include "pic.h"
#include "pit.h"
#include "trace.h"
#include "uart.h"

enum {
	GUEST = CAP_MAX - 2, VCPU = CAP_MAX - 1,        // our own capabilities
	SUPERPAGE = 2 << 20, PAGE = 4096,
	// Where Linux leaves how it wants to start again: the BIOS data area's reset flag.  By
	// "reboot=panic_warm" of guests/cmdline a panic says 1234h; a wanted reboot says 0.
	RESET_FLAG = 0x472, RESET_WANTED = 0, RESET_NEVER = 0xffff,
};

static struct machine machine;
static int offered = -1;                // the line whose vector the processor has been given

void
argument_value(const char *name, char *value, unsigned size)
{
	const char *at = startup()->argument;
	size_t n = strlen(name), i = 0;

	for (; *at != '\0'; at++)
		if (strncmp(at, "vitrine.", 8) == 0 && strncmp(at + 8, name, n) == 0 &&
		    at[8 + n] == '=')
			break;
	if (*at != '\0')
		for (at += 8 + n + 1; at[i] != '\0' && at[i] != ' ' && i + 1 < size; i++)
			value[i] = at[i];
	value[i] = '\0';
}

// The largest flexpage at `at` and `other` that is within `size`.
static unsigned
order_of(uint64_t at, uint64_t other, uint64_t size)
{
	unsigned order = 12;

	while (order < 30 && ((at | other) & 1ull << order) == 0 && size >= 2ull << order)
		order++;
	return order;
}

bool
guest_map(uint64_t at, const void *from, uint64_t size)
{
	uint64_t ours = (uint64_t)(uintptr_t)from;

	for (unsigned order; size > 0; ours += 1ull << order, size -= 1ull << order) {
		order = order_of(at, ours, size);
		if (task_map(GUEST, fpage_mem(ours, order, MEM_RW), at) != OK)
			return false;
		at += 1ull << order;
	}
	return true;
}

void
guest_unmap(uint64_t at, uint64_t size)
{
	for (unsigned order; size > 0; at += 1ull << order, size -= 1ull << order) {
		order = order_of(at, 0, size);
		(void)!task_unmap(GUEST, fpage_mem(at, order, MEM_R | MEM_W), true);
	}
}

static void
make_guest(void)
{
	const struct startup_memory *heap = startup_memory("heap");

	if (heap == NULL || heap->size < SUPERPAGE)
		die("there is no memory for a guest: memory = \"128M\"");
	machine.ram = (struct guest_memory){ (uint8_t *)(uintptr_t)heap->addr,
		heap->size & ~(SUPERPAGE - 1ull) };
	machine.s = vcpu_state(utcb());
	if (factory_create(STARTUP_FACTORY, OBJ_GUEST, GUEST, 0) != OK)
		die("no guest can be made: guest = true, and more quota");
	utcb()->mr[0] = STARTUP_FACTORY, utcb()->mr[1] = VCPU;
	enum err e = sys_request(GUEST, GUEST_VCPU, 2);

	if (e != OK)
		die(e == ERR_OP ? "this processor has no virtual machines (AMD SVM)" :
		                  "no processor can be made: more quota");
	if (!guest_map(0, machine.ram.base, machine.ram.size))
		die("the guest's memory cannot be mapped: more quota");
}

static bool
start(bool again)
{
	if (again)
		memset(machine.ram.base, 0, machine.ram.size);
	machine.why = boot_load(&machine.ram, machine.s);
	if (machine.why != NULL)
		return false;
	machine.efer = machine.s->efer & ~(uint64_t)(1 << 10);
	*(uint16_t *)(void *)(machine.ram.base + RESET_FLAG) = RESET_NEVER;
	offered = -1;
	trace_start();
	bus_clear();
	pic_init();
	pit_init();
	uart_init();
	cmos_init();
	devices_init(&machine.ram, machine.ram.base + BOOT_PARAMS);
	return true;
}

static void
receive(uint64_t deadline)
{
	struct reply r = sys_wait(deadline);

	if (tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_SIGNAL)
		devices_signal(r.label, utcb()->mr[0]);
}

// The window says so until somebody wants it to start again.
static void
wait_for_restart(void)
{
	uart_flush();
	log_line("The guest has halted:");
	log_line(machine.why);
	devices_halted("The guest has halted.");
	while (!devices_restart())
		receive(devices_tick(sys_now()));
}

// What of the devices is due, and which interrupt is next: the deadline.
static uint64_t
prepare(void)
{
	uint64_t now = sys_now(), due = pit_run(now), next = devices_tick(now);

	if (offered >= 0 && machine.s->irq == 0)
		pic_accept(offered);
	offered = pic_pending();
	machine.s->irq = offered >= 0 ? VCPU_IRQ | pic_vector(offered) : 0;
	return due < next ? due : next;
}

static void
wait_for_interrupt(void)
{
	uint64_t from = sys_now();

	uart_flush();
	trace_wait(from);
	for (;;) {
		uint64_t deadline = prepare();

		if (offered >= 0)
			break;
		receive(deadline);
	}
	trace_idle(from, sys_now());
}

static enum outcome
run(void)
{
	uint64_t deadline = prepare();

	trace_exit();
	switch (tag_err(sys_invoke(VCPU, IPC_CALL, tag(VCPU_RUN, 0, 0), deadline).tag)) {
	case OK:
		return exit_handle(&machine);
	case ERR_TIMEOUT:
		return GO_ON;
	case ERR_CANCELED:
		receive(DEADLINE_ZERO);
		return GO_ON;
	default:
		machine.why = "its processor is in a state that no processor has";
		return DEAD;
	}
}

static bool
wants_restart(void)
{
	machine.why = "its kernel has panicked, or lost control";
	return *(uint16_t *)(void *)(machine.ram.base + RESET_FLAG) == RESET_WANTED;
}

int
main(void)
{
	make_guest();
	for (bool again = false;; again = true) {
		enum outcome o = start(again) ? GO_ON : DEAD;

		while (o == GO_ON || o == WAIT) {
			if (o == WAIT)
				wait_for_interrupt();
			o = run();
		}
		if (o == DEAD || !wants_restart())
			wait_for_restart();
		uart_flush();
		log_line("The guest starts again.");
	}
}
