// SPDX-License-Identifier: MIT
// The system call, second hop: find the capability, and hand the invocation to
// its object.
#include <cap.h>
#include <cpu.h>
#include <factory.h>
#include <ipc.h>
#include <scheduler.h>
#include <sema.h>
#include <invoke.h>
#include <task.h>
#include <vcon.h>

typedef enum err invoke_fn(struct thread *t, struct object *o, unsigned rights, uint32_t op);

static enum err
no_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	(void)t, (void)o, (void)rights, (void)op;
	return ERR_OP;
}

static invoke_fn *const invoke[OBJ_TYPES] = {
	[OBJ_NONE] = no_invoke,
	[OBJ_TASK] = task_invoke,
	[OBJ_THREAD] = thread_invoke,
	[OBJ_GATE] = no_invoke,         // never gets here
	[OBJ_SIGNAL] = signal_invoke,
	[OBJ_IRQ] = irq_invoke,
	[OBJ_SEMAPHORE] = no_invoke,    // takes a deadline
	[OBJ_FACTORY] = factory_invoke,
	[OBJ_SCHEDULER] = scheduler_invoke,
	[OBJ_VCON] = vcon_invoke,
};

static enum err
invoke_object(struct thread *t, struct cap *c, uint32_t op, uint64_t deadline)
{
	struct object *o = c->obj;
	unsigned rights = c->node.rights;

	if (op == OP_DESTROY) {
		if (!(rights & CAP_DELETE))
			return ERR_RIGHT;
		object_doom(o);
		return OK;
	}
	if (o->type == OBJ_SEMAPHORE)
		return semaphore_invoke(t, o, rights, op, deadline);
	return invoke[o->type](t, o, rights, op);
}

// Make the thread repeat its system call: `syscall` is two bytes long.
static void
restart(struct thread *t, uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	t->regs.rip -= 2;
	t->regs.rdi = cap_flags;
	t->regs.rsi = tag;
	t->regs.rdx = deadline;
	t->regs.cs = SEL_UCODE;
	t->regs.ss = SEL_UDATA;
	t->regs.vector = 0;             // leave by iret, with all registers
}

static void
finish(struct thread *t, enum err e)
{
	t->progress = 0;
	t->regs.rax = tag(0, t->reply_words, 0) | (uint64_t)e << 56;
	t->regs.rdx = 0;
}

// An invocation that names a capability.
static void
invoke_cap(struct thread *t, uint64_t index, unsigned flags, tag_t tag, uint64_t deadline)
{
	struct cap *c = index < CAP_MAX ? &t->task->caps[index / CAP_TABLE][index % CAP_TABLE]
	                                : NULL;

	t->reply_words = 0;
	if (c == NULL || c->obj == NULL) {
		finish(t, ERR_CAP);
	} else if (c->obj->type == OBJ_GATE) {
		if (c->node.rights & CAP_SEND)
			ipc_invoke(t, (struct source *)c->obj, flags, tag, deadline);
		else
			finish(t, ERR_RIGHT);
	} else if (flags != IPC_CALL) {
		finish(t, ERR_OP);
	} else {
		// What waits finishes later; the result stands until then.
		t->regs.rax = t->regs.rdx = 0;
		enum err e = invoke_object(t, c, tag_label(tag), deadline);

		if (e == RESTART)
			restart(t, index | (uint64_t)flags << 32, tag, deadline);
		else
			finish(t, e);
	}
}

struct thread *
syscall_slow(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current;
	uint64_t flags = cap_flags >> 32;

	if (flags == IPC_SEND || flags == IPC_CALL)
		invoke_cap(t, (uint32_t)cap_flags, (unsigned)flags, tag, deadline);
	else
		ipc_invoke(t, NULL, (unsigned)flags, tag, deadline);
	return sched_leave();
}
