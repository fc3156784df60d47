// SPDX-License-Identifier: MIT
// Building and destroying what a program runs in.  The manager stands for the
// root task: it uses system calls like everybody else.
#include <string.h>

#include <cap.h>
#include <factory.h>
#include <invoke.h>
#include <ipc.h>
#include <kip.h>
#include <object.h>
#include <port.h>
#include <scheduler.h>
#include <irq.h>
#include <task.h>
#include <x86/x86.h>

#include "check.h"
#include "machine.h"
#include "pool.h"
#include "world.h"

enum { MANAGER_PRIORITY = 255, BOUND = 200, FIRST_LINE = 5 };

struct factory world_first;
struct thread *world_manager;
static uint64_t at_start;

static void
must(enum err e)
{
	MUST(e == OK);
}

static void
set_cap(struct task *t, cap_t index, struct object *o, unsigned rights)
{
	struct cap *slot;

	must(cap_slot_free(t, index, &slot));
	cap_set(slot, o, &o->caps, rights);
}

// The factory that pays for all but the manager.
static void
make_top(struct task *task)
{
	struct factory *top = factory_alloc(&world_first, sizeof *top);
	uint64_t limit = 60 + machine_random(900);

	factory_init(top, &world_first, limit);
	world_first.used += limit;
	set_cap(task, AT_FACTORY, &top->obj, CAP_ALL);
}

// As kernel/start/root.c does.
static void
make_manager(void)
{
	struct task *task = (struct task *)task_create(&world_first, 0);
	struct thread *t = (struct thread *)thread_create(&world_first, 0);
	struct object *scheduler = scheduler_create(&world_first, BOUND);
	struct object *vcon = factory_alloc(&world_first, sizeof *vcon);

	task->counter = 1;
	must(thread_enter_task(t, task, UTCB_ADDR));
	object_init(vcon, OBJ_VCON, &world_first);
	set_cap(task, AT_SCHEDULER, scheduler, CAP_SEND | CAP_CTL);
	set_cap(task, AT_VCON, vcon, CAP_SEND);
	for (unsigned i = 0; i < IRQS; i++)
		set_cap(task, AT_IRQ + i, irq_create(&world_first, FIRST_LINE + i),
		        CAP_SEND | CAP_CTL);
	for (uint64_t i = 0; i < SMALL_PAGES; i++)
		must(space_map_root(task, SMALL_AT + i * PAGE, RAM_AT + i * PAGE, false, 0));
	for (uint64_t i = 0; i < SUPER_PAGES; i++)
		must(space_map_root(task, SUPER_AT + i * SUPER, RAM_AT + (i + 1) * SUPER, true, 0));
	must(space_map_root(task, DEVICES_AT, DEVICE_AT, true, PTE_UC));
	for (uint64_t i = 0; i < 4; i++)
		must(space_map_root(task, DEVICES_AT + SUPER + i * PAGE,
		                    DEVICE_AT + SUPER + i * PAGE, false, PTE_UC));
	must(port_map_root(task));
	make_top(task);
	t->priority = MANAGER_PRIORITY;
	thread_start(t, 0x400000, 0x500000, 0);
	world_manager = t;
}

uint64_t
world_invoke(uint32_t cap, unsigned flags, uint64_t tag, uint64_t deadline)
{
	struct thread *t = cpu.current;

	t->regs.rip = 0x400002;
	t->regs.rsp = 0x500000;
	t->regs.rflags = RFLAGS_IF | 2;
	t->regs.vector = VECTOR_SYSCALL;
	machine_pass(300);
	t = kernel_syscall(cap | (uint64_t)flags << 32, tag, deadline);
	check_exit(t);
	return tag_err(t->regs.rax);
}

// Nothing is ever going to happen: somebody with rights over it ends the
// manager's wait.
void
world_wake(void)
{
	MUST(world_manager->state != THREAD_READY);
	ipc_cancel(world_manager, ERR_CANCELED);
	MUST(world_manager->state == THREAD_READY);
}

enum err
world_call(uint32_t cap, uint32_t op, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t *mr = world_manager->utcb->mr;

	if (cpu.current != world_manager)
		return ERR_GONE;
	mr[0] = a, mr[1] = b, mr[2] = c, mr[3] = d;
	return (enum err)world_invoke(cap, IPC_CALL, tag(op, 4, 0), 0);
}

#define R machine_random

// From any of the factories.
static void
create(enum object_type type, cap_t at, uint64_t arg)
{
	world_call(AT_FACTORY + (uint32_t)R(FACTORIES), FACTORY_CREATE, type, at, arg, 0);
}

static void
make_objects(void)
{
	for (uint32_t i = 1; i < FACTORIES; i++)
		world_call(AT_FACTORY, FACTORY_CREATE, OBJ_FACTORY, AT_FACTORY + i,
		     (10 + R(120)) << 12, 0);
	for (uint32_t i = 0; i < TASKS; i++)
		create(OBJ_TASK, AT_TASK + i, 0);
	for (uint32_t i = 0; i < GATES; i++)
		create(OBJ_GATE, AT_GATE + i, 0);
	for (uint32_t i = 0; i < SIGNALS; i++)
		create(OBJ_SIGNAL, AT_SIGNAL + i, 0);
	for (uint32_t i = 0; i < SEMAPHORES; i++)
		create(OBJ_SEMAPHORE, AT_SEMAPHORE + i, R(3));
}

static void
make_threads(void)
{
	unsigned rivals = 1 + (unsigned)R(6);

	for (uint32_t i = 0; i < THREADS; i++) {
		uint32_t thread = AT_THREAD + i;

		create(OBJ_THREAD, thread, 0);
		world_call(thread, THREAD_CONTROL, AT_TASK + R(TASKS), UTCBS_AT + i * PAGE,
		     R(2) ? 0 : AT_GATE + R(GATES), R(2) ? 0 : AT_GATE + R(GATES));
		world_call(AT_SCHEDULER, SCHED_SET, thread, 1 + R(rivals), 1 + R(60), 0);
		world_call(thread, THREAD_START, 0x400000, 0x500000, 0, 0);
	}
	for (uint32_t i = 0; i < GATES + SIGNALS; i++)
		world_call(AT_THREAD + (uint32_t)R(THREADS), THREAD_BIND, AT_GATE + i, R(100),
		     0, 0);
	for (uint32_t i = 0; i < IRQS; i++)
		world_call(AT_THREAD + (uint32_t)R(THREADS), THREAD_BIND, AT_IRQ + i, R(100), 0, 0);
}

// Each task gets some of everything.
static void
give(void)
{
	static const uint8_t rights[] = { 7, 7, 3, 1, 2, 5 };

	for (uint32_t t = AT_TASK; t < AT_TASK + TASKS; t++) {
		for (uint32_t first = 0; first < INDICES; first += 4) {
			if (R(4) != 0)
				world_call(t, TASK_MAP,
				     fpage_cap(first, 2, rights[R(sizeof rights)]),
				     (uint64_t)first << 12, 0, 0);
		}
		for (unsigned i = 0; i < 4; i++)
			world_call(t, TASK_MAP,
			     fpage_mem(SMALL_AT + R(SMALL_PAGES / 4) * 4 * PAGE, 14,
			               R(2) ? MEM_RW : MEM_RX),
			     SMALL_AT + R(SMALL_PAGES) * PAGE, 0, 0);
		world_call(t, TASK_MAP,
		     fpage_mem(SUPER_AT + R(SUPER_PAGES) * SUPER, 21, R(2) ? MEM_RW : MEM_R),
		     SUPER_AT + R(SUPER_PAGES) * SUPER + (R(3) ? 0 : PAGE), 0, 0);
		world_call(t, TASK_MAP, fpage_port((unsigned)R(4) << 4, 4, 1), 0, 0, 0);
		world_call(t, TASK_COUNTER, 0, 0, 0, 0);
	}
}

void
world_populate(void)
{
	make_objects();
	make_threads();
	give();
}

void
world_start(uint64_t seed)
{
	cpu = (struct cpu){ 0 };
	machine_start();
	machine.luck = seed | 1;
	sched_init();
	irq_init();
	at_start = frame_available();
	world_first = (struct factory){ 0 };
	factory_init(&world_first, NULL, at_start);
	make_manager();
	cpu.current = NULL;
	check_exit(sched_switch());
}

void
world_build(uint64_t seed)
{
	world_start(seed);
	world_populate();
}

void
world_end(void)
{
	static struct thread nobody = { .priority = 1 };
	struct thread *t = cpu.current;

	cpu.current = &nobody;                  // as if it had been preempted
	sched_ready(t);
	while (!factory_fini(&world_first.obj, NULL)) {
		while (!list_empty(&nobody.ends)) {
			object_reap_step(&nobody.ends);
			if (machine_random(64) == 0)
				check_all();
		}
	}
	cpu.current = NULL;
	if (reaper.state == THREAD_READY) {     // all of its work has been done
		sched_remove(&reaper);
		reaper.state = THREAD_IDLE;
		memset(cpu.orphaned, 0, sizeof cpu.orphaned);
	}
	MUST(pool_object_count == 0 && world_first.used == 0);
	MUST(frame_available() == at_start);
	MUST(cpu.next == NULL && cpu.queued == PRIORITY_IDLE);
	MUST(cpu.payer == NULL || cpu.payer == &nobody);
}
