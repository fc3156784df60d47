// SPDX-License-Identifier: MIT
// Vcpus: their state comes from and goes to the UTCB of who enters the guest.  Everything that
// a VMM can say is made harmless here; what no processor accepts comes back as
// VCPU_EXIT_INVALID.
#include <abi/vcpu.h>
#include <debug.h>
#include <factory.h>
#include <invoke.h>
#include <kip.h>
#include <preempt.h>
#include <scheduler.h>
#include <string.h>
#include <svm/svm.h>
#include <svm/vmcb.h>

#define CR0_MASK    0xe005003full
#define CR4_MASK    0x310fffull         // not: XSAVE, process contexts, protection keys, 5 levels
#define EFER_MASK   0xd01ull            // SCE LME LMA NXE
#define RFLAGS_MASK 0x3f7fd5ull

enum {
	CR0_PE = 1 << 0, CR0_ET = 1 << 4, CR0_NE = 1 << 5, CR0_NW = 1 << 29, CR0_CD = 1 << 30,
	CR4_PAE = 1 << 5,
	LME = 1 << 8, LMA = 1 << 10, SVME = 1 << 12, RFLAGS_ALWAYS = 1 << 1,
	SEGMENT_MASK = 0xfff, SEGMENT_DPL = 5,
};
#define CR0_PG (1ull << 31)

struct object *
vcpu_create(struct factory *payer, struct guest *g)
{
	struct vcpu *v = factory_alloc(payer, sizeof *v);

	if (v == NULL)
		return NULL;
	v->vmcb = factory_alloc_frame(payer);
	if (v->vmcb == NULL) {
		factory_free(payer, v);
		return NULL;
	}
	object_init(&v->obj, OBJ_VCPU, payer);
	svm_fill(v);
	v->guest = g;
	list_add_before(&g->vcpus, &v->in_guest);
	return &v->obj;
}

bool
vcpu_fini(struct object *o, unsigned *steps)
{
	struct vcpu *v = (struct vcpu *)o;

	(void)steps;
	svm_forget(v);
	if (v->guest != NULL)
		list_remove(&v->in_guest);
	memset(v->vmcb, 0, sizeof(union { struct vmcb c; char page[4096]; }));
	factory_free_frame(o->factory, v->vmcb);
	return true;
}

static enum err
take_control(struct vmcb *c, const struct vcpu_state *s)
{
	uint64_t cr0 = (s->cr0 & CR0_MASK) | CR0_ET | CR0_NE, cr4 = s->cr4 & CR4_MASK;
	uint64_t efer = s->efer & EFER_MASK & ~(uint64_t)LMA;

	// FPU errors are exceptions: the other way leads to a line of the host's.
	// Without paging no long mode is prepared: QEMU 7.2 could not come back to ours.
	efer &= ~(cr0 & CR0_PG ? 0ull : LME);
	if ((cr0 & CR0_PG && !(cr0 & CR0_PE)) || (cr0 & CR0_NW && !(cr0 & CR0_CD)) ||
	    (efer & LME && !(cr4 & CR4_PAE)))
		return ERR_ARG;
	c->cr0 = cr0;
	c->cr2 = s->cr2;
	c->cr3 = s->cr3 & PTE_ADDR;
	c->cr4 = cr4;
	c->efer = efer | (efer & LME ? LMA : 0) | SVME;
	c->dr6 = (uint32_t)s->dr6;
	c->pat = s->pat;
	return OK;
}

static void
take_segments(struct vmcb *c, const struct vcpu_state *s)
{
	memcpy(c->seg, s->seg, sizeof c->seg);
	for (unsigned i = 0; i < VCPU_SEGS; i++)
		c->seg[i].attributes &= SEGMENT_MASK;
	c->cpl = c->seg[VCPU_SS].attributes >> SEGMENT_DPL & 3;
}

enum { SYSCALL_SIZE = 8 * 8 };          // star and those behind it, here and there

static enum err
take_injection(struct vmcb *c, uint64_t inject)
{
	unsigned type = inject & 7 << 8, vector = inject & 0xff;

	c->inject = 0;
	if (!(inject & VCPU_INJECT))
		return OK;
	if (type == 1 << 8 || type > VCPU_INJECT_SOFTWARE ||
	    (type == VCPU_INJECT_EXCEPTION && (vector >= 32 || vector == 2)))
		return ERR_ARG;
	c->inject = inject & (0xffffffffull << 32 | VCPU_INJECT | VCPU_INJECT_ERROR | 0x7ff);
	return OK;
}

static enum err
take(struct vmcb *c, struct vcpu_state *s)
{
	uint32_t give = s->give;
	enum err e = take_injection(c, s->inject);

	if (e == OK && give & VCPU_CONTROL)
		e = take_control(c, s);
	if (e != OK)
		return e;
	if (give & VCPU_SEGMENTS)
		take_segments(c, s);
	if (give & VCPU_SYSCALL)
		memcpy(&c->star, &s->star, SYSCALL_SIZE);
	s->give = 0;
	c->rip = s->regs.rip;
	c->rflags = (s->regs.rflags & RFLAGS_MASK) | RFLAGS_ALWAYS;
	c->rsp = s->regs.rsp;
	c->rax = s->regs.rax;
	c->irq_control = (c->irq_control & IRQ_TPR) | IRQ_MASKING;
	if (s->irq & VCPU_IRQ)
		c->irq_control |= IRQ_PENDING | IRQ_PRIORITY | IRQ_ANY_TPR;
	c->irq_vector = s->irq & 0xff;
	c->shadow = s->shadow & 1;
	return OK;
}

static void
put(const struct vmcb *c, struct vcpu_state *s)
{
	uint32_t want = s->want;

	s->regs.rip = c->rip;
	s->regs.rflags = c->rflags;
	s->regs.rsp = c->rsp;
	s->regs.rax = c->rax;
	s->irq = c->irq_control & IRQ_PENDING ? VCPU_IRQ | c->irq_vector : 0;
	s->inject = c->inject;
	s->shadow = c->shadow & 1;
	if (want & VCPU_CONTROL) {
		s->cr0 = c->cr0, s->cr2 = c->cr2, s->cr3 = c->cr3, s->cr4 = c->cr4;
		s->efer = c->efer & EFER_MASK, s->dr6 = c->dr6, s->pat = c->pat;
	}
	if (want & VCPU_SEGMENTS)
		memcpy(s->seg, c->seg, sizeof s->seg);
	if (want & VCPU_SYSCALL)
		memcpy(&s->star, &c->star, SYSCALL_SIZE);
}

static void
put_exit(const struct vmcb *c, struct vcpu_state *s)
{
	s->exit = (uint64_t)(int32_t)c->exit;   // VMEXIT_INVALID has 32 bits in QEMU
	s->info1 = c->info1;
	s->info2 = c->info2;
	s->next_rip = c->next_rip;
	s->fetched = c->fetched & 15;
	if (c->fetched != 0)
		memcpy(s->code, c->code, sizeof c->code);
}

// What was being delivered when the guest was left is delivered again; `int n` itself is executed
// again.
static inline void
keep_event(struct vmcb *c)
{
	uint64_t e = c->exit_event;

	c->inject = e & VCPU_INJECT && (e & 7 << 8) != VCPU_INJECT_SOFTWARE ? e : 0;
}

// True: the guest was left for something of the host's, which has been let in.
static inline bool
host_exit(const struct vmcb *c)
{
	if (c->exit == EXIT_MC)
		panic("machine check");
	if (c->exit < EXIT_INTR || c->exit > EXIT_INIT)
		return false;
	preempt_window();
	return true;
}

// Until it has to return: OK, the guest has to be looked at.
static enum err
run_guest(struct thread *t, struct vmcb *c, struct vcpu_state *s, uint64_t deadline)
{
	for (;;) {
		if (!list_empty(&t->pending))
			return ERR_CANCELED;
		if (rdtsc() >= deadline)
			return ERR_TIMEOUT;
		svm_enter(c, &s->regs);
		keep_event(c);
		if (!host_exit(c)) {
			put_exit(c, s);
			return OK;
		}
		if (preempt_wanted(t))
			return RESTART;         // the guest goes on with the same call
	}
}

static enum err
run(struct thread *t, struct vcpu *v)
{
	struct vcpu_state *s = vcpu_state(t->utcb);
	uint64_t deadline = t->extra & EXTRA_BLIND ? kip_ceiling(t->deadline) : t->deadline;

	if (v->guest == NULL)
		return ERR_GONE;
	enum err e = take(v->vmcb, s);

	if (e != OK)
		return e;
	svm_load(v, t);
	if (deadline != DEADLINE_NONE)
		timeout_set(t, t->deadline);
	e = run_guest(t, v->vmcb, s, deadline);
	timeout_clear(t);
	svm_unload(v);
	put(v->vmcb, s);
	return e;
}

enum err
vcpu_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	if (op != VCPU_RUN)
		return ERR_OP;
	return rights & CAP_CTL ? run(t, (struct vcpu *)o) : ERR_RIGHT;
}
