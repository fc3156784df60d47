// SPDX-License-Identifier: MIT
// What the guest may not do itself (AMD APM volume 2, chapter 15).  Where the processor does not
// say how long an instruction was, the shortest form is taken: a prefix that nobody needs hurts
// the guest only.
#include <string.h>
#include "devices.h"
#include "machine.h"

enum {
	UD = 6, GP = 13, EXIT_INVLPGA = 0x7a, EXIT_INVD = 0x76, EXIT_WBINVD = 0x89,
	EXIT_RDPMC = 0x6f, EXIT_FERR = 0x7e, EXIT_MONITOR = 0x8a, EXIT_MWAIT = 0x8b,
	EXIT_MWAIT_ARMED = 0x8c, EXIT_SKINIT = 0x86, EXIT_CR0_WRITE = 0x10,
	IF = 1 << 9, REX = 0x40, REX_MASK = 0xf0, REX_B = 1, REX_R = 4,
	LME = 1 << 8, KVM_ENOSYS = 1000,
};
#define CR0_PG (1ull << 31)
#define CR3_ADDR 0xffffffffff000ull

uint64_t *
machine_register(struct machine *m, unsigned number)
{
	static const uint8_t place[16] = { 14, 13, 12, 11, 17, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };

	return (uint64_t *)&m->s->regs + place[number & 15];
}

uint64_t
machine_translate(const struct machine *m, uint64_t virtual)
{
	uint64_t entry = m->s->cr3;

	if (!(m->s->cr0 & CR0_PG))
		return virtual;
	for (int level = 3; level >= 0; level--) {
		unsigned shift = 12 + 9 * (unsigned)level;
		const void *at = guest_range(&m->ram, (entry & CR3_ADDR) +
		                             (virtual >> shift & 511) * 8, 8);

		if (at == NULL)
			return UINT64_MAX;
		memcpy(&entry, at, 8);
		if (!(entry & 1))
			return UINT64_MAX;
		if (level > 0 && entry & 0x80) {
			uint64_t mask = (1ull << shift) - 1;

			return (entry & CR3_ADDR & ~mask) | (virtual & mask);
		}
	}
	return (entry & CR3_ADDR) | (virtual & 0xfff);
}

unsigned
machine_fetch(const struct machine *m, uint8_t *code, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint64_t at = machine_translate(m, m->s->regs.rip + i);
		const uint8_t *byte = guest_range(&m->ram, at, 1);

		if (byte == NULL)
			return i;
		code[i] = *byte;
	}
	return n;
}

static void
skip(struct machine *m, unsigned length)
{
	m->s->regs.rip = m->s->next_rip != 0 ? m->s->next_rip : m->s->regs.rip + length;
	m->s->shadow = 0;
}

static enum outcome
inject(struct machine *m, unsigned vector, bool error)
{
	m->s->inject = VCPU_INJECT | VCPU_INJECT_EXCEPTION | vector |
		(error ? VCPU_INJECT_ERROR : 0u);
	return GO_ON;
}

static enum outcome
die_of(struct machine *m, const char *what, uint64_t value)
{
	char *to = m->report;
	const char *const words[] = { what, " 0x", NULL, " at 0x", NULL };
	uint64_t values[] = { value, m->s->regs.rip };
	unsigned v = 0;

	for (unsigned w = 0; w < 5; w++) {
		for (const char *c = words[w]; c != NULL && *c != '\0'; c++)
			*to++ = *c;
		if (words[w] != NULL)
			continue;
		for (int i = 60; i >= 0; i -= 4)
			if (values[v] >> i != 0 || i == 0)
				*to++ = "0123456789abcdef"[values[v] >> i & 15];
		v++;
	}
	*to = '\0';
	m->why = m->report;
	return DEAD;
}

// MOV to and from control and debug registers: 0f 20..23 /r with registers only.
static bool
decode_mov(const struct machine *m, unsigned *general, unsigned *special, unsigned *length,
           uint8_t *opcode)
{
	uint8_t code[4] = { 0 };
	unsigned n = machine_fetch(m, code, sizeof code), at = 0, rex = 0;

	if (n > 0 && (code[0] & REX_MASK) == REX)
		rex = code[at++];
	if (n < at + 3 || code[at] != 0x0f)
		return false;
	*opcode = code[at + 1];
	*general = (code[at + 2] & 7u) | (rex & REX_B ? 8 : 0);
	*special = (code[at + 2] >> 3 & 7u) | (rex & REX_R ? 8 : 0);
	*length = at + 3;
	return true;
}

// Also LMSW: 0f 01 /6.
static enum outcome
write_cr0(struct machine *m)
{
	unsigned general, special, length;
	uint64_t value;
	uint8_t opcode;

	if (!decode_mov(m, &general, &special, &length, &opcode))
		return die_of(m, "CR0 by code that is not there,", m->s->cr0);
	value = *machine_register(m, general);
	if (opcode == 0x01 && special == 6)
		value = (m->s->cr0 & ~0xeull) | (value & 0xf) | (m->s->cr0 & 1);
	else if (opcode != 0x22 || special != 0)
		return die_of(m, "CR0 by an unknown instruction,", opcode);
	m->s->cr0 = value;
	m->s->efer = m->efer;
	m->s->give |= VCPU_CONTROL;
	skip(m, length);
	return GO_ON;
}

// There are no breakpoints: what is read is what a processor has at its start.
static enum outcome
debug_register(struct machine *m, unsigned number, bool write)
{
	unsigned general, special, length;
	uint8_t opcode;

	if (!decode_mov(m, &general, &special, &length, &opcode))
		return inject(m, UD, false);
	if (opcode == 0x21 || opcode == 0x23)
		number = special;
	if (!write)
		*machine_register(m, general) = number == 6 || number == 4 ? m->s->dr6 :
			number == 7 || number == 5 ? 0x400 : 0;
	skip(m, length);
	return GO_ON;
}

static enum outcome
other(struct machine *m, uint64_t code)
{
	if (code >= VCPU_EXIT_DR_READ && code < VCPU_EXIT_DR_WRITE + 16)
		return debug_register(m, code & 15, code >= VCPU_EXIT_DR_WRITE);
	switch (code) {
	case VCPU_EXIT_EXCEPTION + 1: return inject(m, 1, false);
	case VCPU_EXIT_EXCEPTION + 17: return inject(m, 17, true);
	case VCPU_EXIT_CR0:
	case EXIT_CR0_WRITE: return write_cr0(m);
	case EXIT_INVD:
	case EXIT_WBINVD: skip(m, 2); return GO_ON;
	case EXIT_FERR: return GO_ON;
	case EXIT_RDPMC: return inject(m, GP, true);
	case VCPU_EXIT_VMMCALL:
		m->s->regs.rax = (uint64_t)-KVM_ENOSYS;
		skip(m, 3);
		return GO_ON;
	case VCPU_EXIT_SHUTDOWN: return RESET;
	case VCPU_EXIT_MEMORY:
		if (devices_fault(m->s->info2))
			return GO_ON;
		return die_of(m, "access to memory that is not there,", m->s->info2);
	case EXIT_INVLPGA:
	case VCPU_EXIT_VMRUN:
	case VCPU_EXIT_VMMCALL + 1 ... EXIT_SKINIT:
	case EXIT_MONITOR ... EXIT_MWAIT_ARMED:
	case VCPU_EXIT_XSETBV: return inject(m, UD, false);
	}
	return die_of(m, "an exit that is not known,", code);
}

enum outcome
exit_handle(struct machine *m)
{
	switch (m->s->exit) {
	case VCPU_EXIT_IO:
		return exit_io(m);
	case VCPU_EXIT_HLT:
		skip(m, 1);
		if (m->s->regs.rflags & IF)
			return WAIT;
		m->why = "it has stopped its processor";
		return DEAD;
	case VCPU_EXIT_CPUID:
		exit_cpuid(m);
		skip(m, 2);
		return GO_ON;
	case VCPU_EXIT_MSR:
		if (!exit_msr(m))
			return inject(m, GP, true);
		skip(m, 2);
		return GO_ON;
	}
	return other(m, m->s->exit);
}
