// SPDX-License-Identifier: MIT
// Threads: creation, binding to a task, registers, the end.
#include <cap.h>
#include <cpu.h>
#include <factory.h>
#include <ipc.h>
#include <scheduler.h>
#include <string.h>
#include <task.h>
#include <thread.h>
#include <x86/switch.h>
#include <x86/x86.h>

struct object *
thread_create(struct factory *payer, uint64_t arg)
{
	struct thread *t = factory_alloc(payer, sizeof *t);

	(void)arg;
	if (t == NULL)
		return NULL;
	object_init(&t->obj, OBJ_THREAD, payer);
	t->state = THREAD_IDLE;
	t->priority = 1;
	t->slice = DEFAULT_SLICE;
	t->budget = DEFAULT_SLICE;
	list_init(&t->pending);
	list_init(&t->sources);
	list_init(&t->in_task);
	for (unsigned i = 0; i < FAULT_KINDS; i++)
		list_init(&t->fault_of[i]);
	return &t->obj;
}

enum err
thread_enter_task(struct thread *t, struct task *task, uint64_t addr)
{
	if ((addr & (PAGE - 1)) != 0 || !space_user_range(addr, PAGE))
		return ERR_ARG;
	void *page = factory_alloc_frame(task->obj.factory);

	if (page == NULL)
		return ERR_QUOTA;
	enum err e = space_map_kernel(task, addr, virt_to_phys(page), MEM_RW);

	if (e != OK) {
		factory_free_frame(task->obj.factory, page);
		return e;
	}
	t->task = task;
	t->utcb = page;
	t->utcb->counter = task->counter;
	t->extra = task->counter ? 0 : EXTRA_BLIND;
	t->utcb_addr = addr;
	list_add_before(&task->threads, &t->in_task);
	return OK;
}

bool
thread_leave_task(struct thread *t, unsigned *steps)
{
	struct task *task = t->task;

	ipc_fini(t);
	t->state = THREAD_DEAD;
	sched_orphan(t);
	if (cpu.current == t)
		cpu.current = NULL;
	while (!list_empty(&t->sources)) {
		if (!step(steps) ||
		    !source_unbind(container_of(t->sources.next, struct source, bound), steps))
			return false;
	}
	if (!node_revoke(&t->walk, steps))      // what it has begun to take back
		return false;
	sched_forget(t);
	switch_forget(t);
	if (task == NULL)
		return true;
	space_unmap_kernel(task, t->utcb_addr);
	memset(t->utcb, 0, PAGE);
	factory_free_frame(task->obj.factory, t->utcb);
	t->utcb = NULL;
	t->task = NULL;
	list_remove(&t->in_task);
	return true;
}

bool
thread_fini(struct object *o, unsigned *steps)
{
	struct thread *t = (struct thread *)o;

	if (!thread_leave_task(t, steps))
		return false;
	for (unsigned i = 0; i < FAULT_KINDS; i++)
		list_remove(&t->fault_of[i]);
	return true;
}

void
thread_start(struct thread *t, uint64_t ip, uint64_t sp, uint64_t arg)
{
	t->regs = (struct frame_regs){
		.rip = ip, .rsp = sp, .rdi = arg, .rflags = RFLAGS_IF,
		.cs = SEL_UCODE, .ss = SEL_UDATA,
	};
	sched_ready(t);
}

void
thread_again(struct thread *t, uint64_t cap_flags, uint64_t tag, uint64_t deadline)
{
	t->regs.rip -= 2;               // the length of `syscall`
	t->regs.rdi = cap_flags;
	t->regs.rsi = tag;
	t->regs.rdx = deadline;
	thread_leave_by_iret(t);
}

static enum err
control(struct thread *caller, struct thread *t, const uint64_t *mr)
{
	struct object *task, *gate[FAULT_KINDS] = { NULL };
	enum err e;

	if (t->task != NULL || t->state == THREAD_DEAD)
		return ERR_BUSY;
	e = cap_lookup(caller->task, mr[0], OBJ_TASK, CAP_CTL, &task);
	for (unsigned i = 0; i < FAULT_KINDS && e == OK; i++) {
		uint64_t index = mr[2 + i];     // read once: others can write there

		if (index != 0)
			e = cap_lookup(caller->task, index, OBJ_GATE, CAP_SEND, &gate[i]);
	}
	if (e == OK)
		e = thread_enter_task(t, (struct task *)task, mr[1]);
	for (unsigned i = 0; i < FAULT_KINDS && e == OK; i++) {
		t->fault_gate[i] = (struct source *)gate[i];
		if (gate[i] != NULL)
			list_add_before(&t->fault_gate[i]->faults[i], &t->fault_of[i]);
	}
	return e;
}

static enum err
start(struct thread *t, const uint64_t *mr)
{
	if (t->task == NULL || t->state != THREAD_IDLE || t->stopped)
		return ERR_BUSY;
	if (mr[0] >= USER_END || mr[1] >= USER_END)
		return ERR_ARG;
	thread_start(t, mr[0], mr[1], mr[2]);
	return OK;
}

static enum err
stop(struct thread *t)
{
	if (t->task == NULL)
		return ERR_BUSY;
	t->stopped = 1;
	sched_orphan(t);
	if (t->state == THREAD_READY) {
		if (t != cpu.current)
			sched_remove(t);
		t->state = THREAD_IDLE;
	} else {
		ipc_cancel(t, ERR_CANCELED);
	}
	return OK;
}

static enum err
resume(struct thread *t)
{
	// A thread that was never started has no registers to run with.
	if (!t->stopped || t->regs.cs == 0 || t->state != THREAD_IDLE)
		return ERR_BUSY;
	t->stopped = 0;
	sched_ready(t);
	return OK;
}

static enum err
get_regs(struct thread *caller, struct thread *t)
{
	if (t->state != THREAD_IDLE || t->regs.cs == 0)
		return ERR_BUSY;
	uint64_t *mr = caller->utcb->mr;

	memcpy(mr, &t->regs, 15 * 8);
	mr[15] = t->regs.rip;
	mr[16] = t->regs.rflags;
	mr[17] = t->regs.rsp;
	caller->reply_words = 18;
	return OK;
}

enum err
thread_set_regs(struct thread *t, const struct regs *r)
{
	struct regs copy = *r;

	if (copy.rip >= USER_END || copy.rsp >= USER_END)
		return ERR_ARG;
	memcpy(&t->regs, &copy, 15 * 8);
	t->regs.rip = copy.rip;
	t->regs.rsp = copy.rsp;
	t->regs.rflags = (copy.rflags & (RFLAGS_USER | RFLAGS_TF)) | RFLAGS_IF;
	thread_restart_ends(t);
	thread_leave_by_iret(t);
	return OK;
}

static enum err
bind(struct thread *caller, struct thread *t, const uint64_t *mr)
{
	struct object *o;
	enum err e = cap_lookup(caller->task, mr[0], OBJ_NONE, CAP_CTL, &o);

	if (e != OK)
		return e;
	if (o->type != OBJ_GATE && o->type != OBJ_SIGNAL && o->type != OBJ_IRQ)
		return ERR_CAP;
	if (t->task == NULL)
		return ERR_BUSY;
	source_bind((struct source *)o, t, mr[1]);
	return OK;
}

enum err
thread_invoke(struct thread *caller, struct object *o, unsigned rights, uint32_t op)
{
	struct thread *t = (struct thread *)o;
	uint64_t *mr = caller->utcb->mr;

	if (!(rights & CAP_CTL) && op != THREAD_YIELD)
		return ERR_RIGHT;
	switch (op) {
	case THREAD_YIELD:
		if (!(rights & CAP_SEND))
			return ERR_RIGHT;
		return sched_end_slice(caller, t == caller ? NULL : t);
	case THREAD_CONTROL:
		return control(caller, t, mr);
	case THREAD_START:
		return start(t, mr);
	case THREAD_STOP:
		return stop(t);
	case THREAD_RESUME:
		return resume(t);
	case THREAD_REGS:
		return get_regs(caller, t);
	case THREAD_SET_REGS:
		return t->state != THREAD_IDLE ? ERR_BUSY
		                               : thread_set_regs(t, (const struct regs *)mr);
	case THREAD_BIND:
		return bind(caller, t, mr);
	case THREAD_FS_BASE:
		if (mr[0] >= USER_END)
			return ERR_ARG;
		switch_fs_base(t, mr[0]);
		return OK;
	}
	return ERR_OP;
}
