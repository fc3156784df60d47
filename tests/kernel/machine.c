// SPDX-License-Identifier: MIT
#include <string.h>
#include "machine.h"

struct machine
machine_make(void)
{
	struct machine m = { .ram = (uint8_t *)env_ram(RAM_SIZE), .s = vcpu_state(utcb()) };

	CHECK(m.ram != NULL);
	m.guest = make(OBJ_GUEST, 0);
	m.vcpu = env_caps(1);
	CHECK(OP(m.guest, GUEST_VCPU, ENV_FACTORY, m.vcpu) == OK);
	for (uint64_t at = 0; at < RAM_SIZE; at += 4096)
		CHECK(task_map(m.guest, fpage_mem((uint64_t)m.ram + at, 12, MEM_RW), at) == OK);
	return m;
}

void
machine_start(struct machine *m, struct vcpu_state *s, const char *code, const char *end)
{
	uint64_t *tables = (uint64_t *)(void *)(m->ram + TABLES);

	m->s = s;
	memset(tables, 0, 3 * 4096);
	tables[0] = (TABLES + 0x1000) | 7;
	tables[512] = (TABLES + 0x2000) | 7;
	for (uint64_t i = 0; i < 512; i++)
		tables[1024 + i] = i << 21 | 0x87;
	memcpy(m->ram + CODE, code, (size_t)(end - code));
	memset(s, 0, sizeof *s);
	s->give = VCPU_CONTROL | VCPU_SEGMENTS | VCPU_SYSCALL;
	s->cr0 = 0x80000033;
	s->cr3 = TABLES;
	s->cr4 = 0x620;                 // PAE, SSE
	s->efer = 0x500;
	s->dr6 = 0xffff0ff0;
	s->pat = 0x0007040600070406;
	for (unsigned i = 0; i < VCPU_SEGS; i++)
		s->seg[i] = (struct vcpu_segment){ 0x18, 0xc93, 0xffffffff, 0 };
	s->seg[VCPU_CS] = (struct vcpu_segment){ 0x10, 0xa9b, 0xffffffff, 0 };
	s->seg[VCPU_TR] = (struct vcpu_segment){ 0, 0x8b, 0x67, 0 };
	s->seg[VCPU_LDTR] = (struct vcpu_segment){ 0, 0x82, 0, 0 };
	s->seg[VCPU_GDTR] = s->seg[VCPU_IDTR] = (struct vcpu_segment){ 0, 0, 0, IDT };
	s->regs.rip = CODE;
	s->regs.rsp = STACK;
	s->regs.rflags = 2;
}

enum err
machine_run(const struct machine *m)
{
	return tag_err(sys_invoke(m->vcpu, IPC_CALL, tag(VCPU_RUN, 0, 0), sys_in_ms(10)).tag);
}

void
expect_exit(const struct machine *m, uint64_t exit)
{
	CHECK(machine_run(m) == OK);
	CHECK(m->s->exit == exit);
}

uint64_t *
machine_page(const struct machine *m, uint64_t at, unsigned rights)
{
	uint64_t page = env_ram(4096);

	CHECK(page != 0);
	CHECK(task_map(m->guest, fpage_mem(page, 12, rights), at) == OK);
	return (uint64_t *)page;
}
