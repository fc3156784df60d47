// SPDX-License-Identifier: MIT
// Tests of what a VMM can say to the kernel: interrupts and exceptions for its guest, state that
// no processor has, wrong arguments, the end.
#include <string.h>
#include "machine.h"

GUEST_CODE(loop, "1: incq 0x30000; jmp 1b");
GUEST_CODE(call, "mov $42, %eax; vmmcall; jmp call");
GUEST_CODE(cpuids, "1: incq 0x30000; cpuid; jmp 1b");

GUEST_CODE(handler, "pop %rbx; pop %rcx; vmmcall; jmp handler");

// Interrupt gate `vector`, to CODE + 0x100.
static void
set_gate(const struct machine *m, unsigned vector)
{
	uint64_t *gate = (uint64_t *)(void *)(m->ram + IDT) + 2 * vector;

	gate[0] = ((CODE + 0x100) & 0xffff) | 0x10ull << 16 | 0x8eull << 40 |
	          (uint64_t)(CODE + 0x100) >> 16 << 48;
	gate[1] = 0;
	for (const char *p = handler; p < handler_end; p++)
		m->ram[CODE + 0x100 + (p - handler)] = (uint8_t)*p;
	((uint64_t *)(void *)(m->ram + DATA))[2] = 0x00af9b000000ffff;   // selector 0x10
	m->s->seg[VCPU_IDTR].limit = 0xfff;
	m->s->seg[VCPU_GDTR] = (struct vcpu_segment){ 0, 0, 0x1f, DATA };
}

GUEST_CODE(wait_irq, "nop; vmmcall; sti; nop; 1: jmp 1b");

static void
irqs(void)
{
	struct machine m = machine_make();

	START(&m, wait_irq);
	set_gate(&m, 0x30);
	m.s->irq = VCPU_IRQ | 0x30;
	expect_exit(&m, VCPU_EXIT_VMMCALL);             // not yet
	CHECK(m.s->irq == (VCPU_IRQ | 0x30));
	m.s->regs.rip += 3;
	expect_exit(&m, VCPU_EXIT_VMMCALL);             // in the handler
	CHECK(m.s->irq == 0 && m.s->regs.rip > CODE + 0x100);
	CHECK(m.s->regs.rbx >= CODE + 4 && m.s->regs.rbx <= CODE + 6);
}

static void
injection(void)
{
	struct machine m = machine_make();

	for (unsigned vector = 0; vector < 32; vector++) {
		bool error = vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;

		START(&m, loop);
		set_gate(&m, vector);
		m.s->inject = VCPU_INJECT | VCPU_INJECT_EXCEPTION | vector;
		if (error)
			m.s->inject |= VCPU_INJECT_ERROR | 0x78ull << 32;
		if (vector == 2) {
			CHECK(machine_run(&m) == ERR_ARG);
			continue;
		}
		if (vector == 31) {             // QEMU refuses this one, too
			expect_exit(&m, (uint64_t)VCPU_EXIT_INVALID);
			continue;
		}
		expect_exit(&m, VCPU_EXIT_VMMCALL);
		CHECK(m.s->regs.rbx == (error ? 0x78 : CODE) && m.s->inject == 0);
		CHECK(m.s->regs.rcx == (error ? CODE : 0x10));
	}
	START(&m, loop);
	for (unsigned bad = 0; bad < 8; bad++) {
		m.s->inject = VCPU_INJECT | bad << 8 | 40;
		CHECK((machine_run(&m) == ERR_ARG) == (bad == 1 || bad == 3 || bad > 4));
	}
}

GUEST_CODE(sixteen, ".code16; mov $0x1234, %ax; hlt; .code64");

static void
real_mode(void)
{
	struct machine m = machine_make();

	START(&m, sixteen);
	m.s->cr0 = 0x10, m.s->cr4 = 0, m.s->efer = 0;
	for (unsigned i = VCPU_ES; i <= VCPU_GS; i++)
		m.s->seg[i] = (struct vcpu_segment){ 0x1000, 0x93, 0xffff, 0x10000 };
	m.s->seg[VCPU_CS].attributes = 0x9b;
	m.s->regs.rip = 0;
	expect_exit(&m, VCPU_EXIT_HLT);
	CHECK((m.s->regs.rax & 0xffff) == 0x1234 && m.s->regs.rip == 3);
}

static void
wrong_arguments(void)
{
	struct machine m = machine_make();
	cap_t weak = weaker(m.vcpu, CAP_SEND), index = env_caps(1), t = make(OBJ_THREAD, 0);
	cap_t weak_guest = weaker(m.guest, CAP_SEND);

	START(&m, call);
	CHECK(OP(weak, VCPU_RUN, 0) == ERR_RIGHT && OP(m.vcpu, VCPU_RUN + 1, 0) == ERR_OP);
	CHECK(OP(m.guest, VCPU_RUN, 0) == ERR_OP && OP(m.guest, TASK_COUNTER, 0) == ERR_OP);
	CHECK(OP(m.guest, TASK_CAP_TYPE, 0) == ERR_OP);
	CHECK(OP(weak_guest, GUEST_VCPU, ENV_FACTORY, index) == ERR_RIGHT);
	CHECK(OP(m.guest, GUEST_VCPU, m.vcpu, index) == ERR_CAP);
	CHECK(OP(m.guest, GUEST_VCPU, ENV_FACTORY, m.vcpu) == ERR_EXISTS);
	CHECK(OP(m.guest, GUEST_VCPU, ENV_FACTORY, CAP_MAX) == ERR_ARG);
	CHECK(OP(ENV_FACTORY, FACTORY_CREATE, OBJ_VCPU, index) == ERR_ARG);
	CHECK(OP(m.guest, TASK_MAP, fpage_cap(ENV_FACTORY, 0, 7), 0x100000) == ERR_ARG);
	CHECK(OP(m.guest, TASK_MAP, fpage_port(TEST_PORTS, 0, 1), 0) == ERR_ARG);
	CHECK(OP(m.guest, TASK_UNMAP, fpage_cap(0, 4, 7), 1) == ERR_ARG);
	CHECK(OP(t, THREAD_CONTROL, m.guest, 0x1000) == ERR_CAP);       // no task
	for (unsigned i = 0; i < 3; i++) {
		static const uint64_t cr0[] = { 0x80000010, 0x20000011, 0x80000011 };

		START(&m, call);
		m.s->cr0 = cr0[i];
		m.s->cr4 = 0;
		CHECK(machine_run(&m) == ERR_ARG);
	}
}

static void
deadlines(void)
{
	struct machine m = machine_make();
	uint64_t *count = (uint64_t *)(void *)(m.ram + DATA), end, late;

	START(&m, loop);
	CHECK(tag_err(sys_invoke(m.vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0), DEADLINE_ZERO).tag) ==
	      ERR_TIMEOUT);
	CHECK(*count == 0);
	for (unsigned ms = 1; ms < 20; ms += 6) {
		uint64_t before = *count;

		end = sys_in_ms(ms);
		CHECK(tag_err(sys_invoke(m.vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0), end).tag) ==
		      ERR_TIMEOUT);
		late = sys_now() - end;
		CHECK(late < 20000 && *count > before + 1000);
	}
}

// ---- the end -------------------------------------------------------------------

static void
ended(void)
{
	struct machine m = machine_make();

	START(&m, call);
	expect_exit(&m, VCPU_EXIT_VMMCALL);
	CHECK(object_destroy(m.guest) == OK);
	CHECK(machine_run(&m) == ERR_GONE);
	CHECK(object_destroy(m.vcpu) == OK);
	CHECK(machine_run(&m) == ERR_CAP);
	struct machine n = machine_make();

	START(&n, call);
	expect_exit(&n, VCPU_EXIT_VMMCALL);
	CHECK(object_destroy(n.vcpu) == OK);
	CHECK(machine_run(&n) == ERR_CAP);
}

static void
given_back(void)
{
	cap_t factory = env_caps(1), guest = ready_caps(2), vcpu = guest + 1;
	uint64_t ram = env_ram(4096), before = used_of(ENV_FACTORY), full = 0;
	struct machine m = { .vcpu = vcpu, .s = vcpu_state(utcb()) };

	for (unsigned i = 0; i < 1000; i++) {
		CHECK(factory_create(ENV_FACTORY, OBJ_FACTORY, factory, 64 << 10) == OK);
		CHECK(factory_create(factory, OBJ_GUEST, guest, 0) == OK);
		CHECK(OP(guest, GUEST_VCPU, factory, vcpu) == OK);
		CHECK(task_map(guest, fpage_mem(ram, 12, MEM_RW), i * 0x40200000ull) == OK);
		uint64_t used = used_of(factory);

		CHECK(i == 0 || used == full);
		full = used;
		m.s->inject = m.s->give = 0;
		CHECK(machine_run(&m) == OK);
		// whole, or its parts first
		if (i % 3 != 0)
			CHECK(object_destroy(i % 3 == 1 ? guest : vcpu) == OK);
		CHECK(object_destroy(factory) == OK);
		CHECK(used_of(ENV_FACTORY) == before);
	}
}

static void
no_quota(void)
{
	cap_t factory = env_caps(1), guest = ready_caps(2);

	for (uint64_t frames = 1; frames < 8; frames++) {
		CHECK(factory_create(ENV_FACTORY, OBJ_FACTORY, factory, frames << 12) == OK);
		enum err e = factory_create(factory, OBJ_GUEST, guest, 0);

		CHECK(e == (frames < 2 ? ERR_QUOTA : OK));
		if (e == OK)
			e = OP(guest, GUEST_VCPU, factory, guest + 1);
		CHECK(e == (frames < 4 ? ERR_QUOTA : OK));
		CHECK(object_destroy(factory) == OK);
	}
}

// ---- a VMM that says anything --------------------------------------------------

static uint64_t
random(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

// Often what processors know, often not.
static uint64_t
value(uint64_t good)
{
	switch (random() % 8) {
	case 0: return random();
	case 1: return good ^ 1ull << random() % 64;
	case 2: return 1ull << random() % 64;
	case 3: return random() & 0xffff;
	default: return good;
	}
}

static void
scramble(struct vcpu_state *s)
{
	uint64_t *words = (uint64_t *)(void *)s;
	unsigned first = __builtin_offsetof(struct vcpu_state, regs) / 8;

	for (unsigned i = first; i < sizeof *s / 8; i++)
		words[i] = value(words[i]);
	for (unsigned i = 0; i < VCPU_SEGS; i++)
		s->seg[i].attributes = (uint16_t)value(s->seg[i].attributes);
	if (random() % 4 != 0)
		s->inject = 0;
	s->give = (uint32_t)random();
	s->want = (uint32_t)random();
}

static void
random_states(void)
{
	struct machine m = machine_make(), good = machine_make();
	unsigned kinds[ERR_REFUSED + 1] = { 0 };

	for (unsigned i = 0; i < RAM_SIZE / 8; i++)
		((uint64_t *)(void *)m.ram)[i] = random();
	for (unsigned i = 0; i < vmm_rounds; i++) {
		if (i % 4 == 0)
			START(&m, call);
		scramble(m.s);
		tag_t t = sys_invoke(m.vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0), sys_now() + 3000).tag;

		CHECK(tag_err(t) <= ERR_REFUSED);
		kinds[tag_err(t)]++;
		if (i % 5000 != 0)
			continue;
		START(&good, call);
		expect_exit(&good, VCPU_EXIT_VMMCALL);
		CHECK(good.s->regs.rax == 42);
	}
	CHECK(kinds[OK] + kinds[ERR_ARG] + kinds[ERR_TIMEOUT] == vmm_rounds);
	CHECK(kinds[OK] > vmm_rounds / 4 && kinds[ERR_ARG] > 100 && kinds[ERR_TIMEOUT] > 10);
}

// Instructions from one CPUID of the guest to the next.
static void
cost(void)
{
	struct machine m = machine_make();
	enum { N = 1000 };

	START(&m, cpuids);
	uint64_t start = sys_now();

	for (unsigned i = 0; i < N; i++) {
		CHECK(tag_err(sys_invoke(m.vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0),
		                         start + (1ull << 40)).tag) == OK);
		m.s->regs.rip += 2;
	}
	uint64_t per_exit = (sys_now() - start) / N;

	env_print("ktest: instructions for an exit: ");
	env_print_number(per_exit);
	env_print("\n");
	CHECK(per_exit <= 900);
	CHECK(*(uint64_t *)(void *)(m.ram + DATA) == N);
}

const struct test tests_vmm[] = {
	{ "vmm_irqs", irqs },
	{ "vmm_injection", injection },
	{ "vmm_real_mode", real_mode },
	{ "vmm_wrong_arguments", wrong_arguments },
	{ "vmm_deadlines", deadlines },
	{ "vmm_ended", ended },
	{ "vmm_given_back", given_back },
	{ "vmm_no_quota", no_quota },
	{ "vmm_cost", cost },
	{ "vmm_random_states", random_states },
	{ NULL, NULL },
};
