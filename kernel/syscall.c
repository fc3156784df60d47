// SPDX-License-Identifier: MIT
// The system call, second hop: find the capability, and hand the invocation to
// its object.
#include <cap.h>
#include <class.h>
#include <cpu.h>
#include <ipc.h>
#include <kip.h>
#include <scheduler.h>
#include <invoke.h>
#include <task.h>
#include <x86/x86.h>

static enum err
invoke_object(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	if (op != OP_DESTROY)
		return object_classes[o->type].invoke(t, o, rights, op);
	if (!(rights & CAP_DELETE))
		return ERR_RIGHT;
	object_doom(o);
	return OK;
}

static void
finish(struct thread *t, enum err e)
{
	t->progress = 0;
	t->regs.rax = tag(0, t->reply_words, 0) | (uint64_t)e << 56;
	t->regs.rdx = 0;
}

struct thread *
syscall_object(struct cap *c, uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current;

	t->reply_words = 0;
	t->regs.rdi = cap_flags;        // for thread_again()
	t->regs.rsi = tag;
	t->deadline = deadline;
	enum err e = invoke_object(t, c->obj, c->node.rights, tag_label(tag));

	if (e == RESTART)
		thread_again(t, t->regs.rdi, t->regs.rsi, t->deadline);
	else
		finish(t, e);
	return sched_leave(t);
}

// Send or call through a gate.
static enum err
invoke_gate(struct thread *t, uint64_t index, unsigned flags, tag_t tag, uint64_t deadline)
{
	struct cap *c = cap_at(t->task->caps, index);

	if (c == NULL || c->obj == NULL)
		return ERR_CAP;
	if (c->obj->type != OBJ_GATE)   // kernel objects are called
		return ERR_OP;
	if (!(c->node.rights & CAP_SEND))
		return ERR_RIGHT;
	ipc_invoke(t, (struct source *)c->obj, flags, tag, deadline);
	return OK;
}

struct thread *
syscall_slow(uint64_t cap_flags, tag_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current;
	unsigned flags = (unsigned)(cap_flags >> 32);
	enum err e;

	if (flags == IPC_TIME) {
		t->reply_words = 0;
		finish(t, OK);
		t->regs.rdx = kip_floor(rdtsc());
	} else if (flags != IPC_SEND && flags != IPC_CALL) {
		ipc_invoke(t, NULL, flags, tag, deadline);
	} else if ((e = invoke_gate(t, (uint32_t)cap_flags, flags, tag, deadline)) != OK) {
		t->reply_words = 0;
		finish(t, e);
	}
	return sched_leave(t);
}
