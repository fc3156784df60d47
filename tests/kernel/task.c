// SPDX-License-Identifier: MIT
// Tests of tasks: creation, the capability to oneself, ends of many kinds.
#include "ktest.h"

static void
create_destroy(void)
{
	uint64_t before = used_of(ENV_FACTORY);
	cap_t t = make(OBJ_TASK, 0);

	CHECK(OP(CAP_SELF, TASK_CAP_TYPE, t) == OK);
	CHECK(utcb()->mr[0] == OBJ_TASK && utcb()->mr[1] == CAP_ALL);
	CHECK(OP(t, TASK_CAP_TYPE, CAP_SELF) == OK && utcb()->mr[0] == OBJ_TASK);
	CHECK(object_destroy(t) == OK);
	CHECK(type_of(t) == OBJ_NONE);
	CHECK(object_destroy(t) == ERR_CAP);
	CHECK(used_of(ENV_FACTORY) == before);
}

static void
self(void)
{
	cap_t to = env_caps(1);

	CHECK(OP(CAP_SELF, TASK_CAP_TYPE, CAP_SELF) == OK);
	CHECK(utcb()->mr[0] == OBJ_TASK && utcb()->mr[1] == CAP_CTL);
	CHECK(task_map(CAP_SELF, fpage_cap(CAP_SELF, 0, CAP_ALL), (uint64_t)to << 12) == ERR_RIGHT);
	CHECK(task_map(CAP_SELF, fpage_cap(ENV_VCON, 0, CAP_ALL), CAP_SELF) == ERR_EXISTS);
	CHECK(object_destroy(CAP_SELF) == ERR_RIGHT);
	CHECK(task_unmap(CAP_SELF, fpage_cap(CAP_SELF, 0, CAP_ALL), true) == OK);
	CHECK(type_of(CAP_SELF) == OBJ_TASK);
}

static void
wrong_arguments(void)
{
	cap_t t = make(OBJ_TASK, 0), no_ctl = weaker(t, CAP_SEND | CAP_DELETE);

	CHECK(OP(t, 0, 0) == ERR_OP);
	CHECK(OP(t, FACTORY_CREATE, 0) == ERR_OP);
	CHECK(OP(t, 0xffffffff, 0) == ERR_OP);
	CHECK(OP(no_ctl, TASK_MAP, 0) == ERR_RIGHT);
	CHECK(OP(no_ctl, TASK_CAP_TYPE, 0) == ERR_RIGHT);
	CHECK(OP(t, TASK_CAP_TYPE, 99) == ERR_CAP);
	CHECK(OP(t, TASK_CAP_TYPE, CAP_MAX) == ERR_CAP);
	CHECK(OP(t, TASK_CAP_TYPE, ~0ull) == ERR_CAP);
	CHECK(OP(t, TASK_MAP, 0) == ERR_ARG);
	CHECK(OP(t, TASK_UNMAP, 0) == ERR_ARG);
	CHECK(OP(CAP_MAX, TASK_UNMAP, 0) == ERR_CAP);
	CHECK(OP(0xffffffff, TASK_UNMAP, 0) == ERR_CAP);
	CHECK(object_destroy(weaker(t, CAP_CTL)) == ERR_RIGHT);
	// kernel objects are only called
	CHECK(tag_err(sys_invoke(t, IPC_SEND, tag(TASK_UNMAP, 0, 0), DEADLINE_NONE).tag) == ERR_OP);
}

static void
idle(uint64_t arg)
{
	(void)arg;
	sys_wait(DEADLINE_NONE);
}

// The end of its task leaves a thread that can do nothing any more.
static void
thread_survives_task(void)
{
	struct child c = start_child(idle, 0, ABOVE);

	CHECK(object_destroy(c.task) == OK);
	CHECK(type_of(c.thread) == OBJ_THREAD);
	CHECK(thread_start(c.thread, 0x400000, 0x400000, 0) == ERR_BUSY);
	CHECK(OP(c.thread, THREAD_STOP, 0) == ERR_BUSY);
	CHECK(OP(c.thread, THREAD_RESUME, 0) == ERR_BUSY);
	CHECK(OP(c.thread, THREAD_REGS, 0) == ERR_BUSY);
	CHECK(thread_control(c.thread, CAP_SELF, 0x30000000, 0) == ERR_BUSY);
	CHECK(thread_bind(c.thread, c.gate, 1) == ERR_BUSY);
	CHECK(sched_set(ENV_SCHEDULER, c.thread, 200, 1000) == OK);
	CHECK(object_destroy(c.thread) == OK);
}

static void
stopped_thread_survives_task(void)
{
	struct child c = start_child(idle, 0, ABOVE);

	CHECK(OP(c.thread, THREAD_STOP, 0) == OK);
	CHECK(object_destroy(c.task) == OK);
	CHECK(OP(c.thread, THREAD_RESUME, 0) == ERR_BUSY);
	pause_ms(1);
}

static void
destroy_own_factory(uint64_t arg)
{
	(void)arg;
	(void)!object_destroy(ENV_FACTORY);
	test_fail("outlived its factory");
}

static void
suicide(void)
{
	uint64_t before = used_of(ENV_FACTORY);
	struct child c = start_child(destroy_own_factory, 0, ABOVE);

	CHECK(tag_err(sys_wait(sys_in_ms(20)).tag) == ERR_TIMEOUT);
	CHECK(type_of(c.factory) == OBJ_NONE && type_of(c.thread) == OBJ_NONE);
	CHECK(used_of(ENV_FACTORY) == before);
}

// Losing the last capability ends a task, too.
static void
last_capability(void)
{
	uint64_t before = used_of(ENV_FACTORY);
	cap_t t = make(OBJ_TASK, 0), copy = weaker(t, CAP_CTL);

	CHECK(used_of(ENV_FACTORY) > before);
	CHECK(task_unmap(CAP_SELF, fpage_cap(copy, 0, CAP_ALL), true) == OK);
	CHECK(used_of(ENV_FACTORY) > before);
	CHECK(task_unmap(CAP_SELF, fpage_cap(t, 0, CAP_ALL), true) == OK);
	CHECK(used_of(ENV_FACTORY) == before);
}

// As many tasks as a desktop will ever have, in what 64 MiB leave the kernel.
static void
many(void)
{
	enum { TASKS = 200, EACH = 9 << 12 };
	uint64_t before = used_of(ENV_FACTORY);
	cap_t first = env_caps(TASKS), thread = env_caps(TASKS);

	for (cap_t i = 0; i < TASKS; i++) {
		CHECK(factory_create(ENV_FACTORY, OBJ_TASK, first + i, 0) == OK);
		CHECK(factory_create(ENV_FACTORY, OBJ_THREAD, thread + i, 0) == OK);
		CHECK(thread_control(thread + i, first + i, UTCB_ADDR, 0) == OK);
	}
	CHECK((used_of(ENV_FACTORY) - before) / TASKS < EACH);
	for (cap_t i = 0; i < TASKS; i++)
		CHECK(object_destroy(first + i) == OK && object_destroy(thread + i) == OK);
}

static void
write_kip(uint64_t arg)
{
	*(volatile uint64_t *)(uintptr_t)KIP_ADDR = arg;
	env_exit(0);
}

static void
info_page(void)
{
	CHECK(kip()->magic == KIP_MAGIC && kip()->version == 1 && kip()->tsc_khz > 1000);
	for (unsigned i = sizeof(struct kip); i < 4096; i++)
		CHECK(((const uint8_t *)kip())[i] == 0);
	start_child(write_kip, 0, ABOVE);
	CHECK(tag_kind(sys_wait(sys_in_ms(1000)).tag) == MSG_FAULT);
	CHECK(utcb()->mr[0] == KIP_ADDR && utcb()->mr[2] == 7);
}

const struct test tests_task[] = {
	{ "task_create_destroy", create_destroy },
	{ "task_self", self },
	{ "task_wrong_arguments", wrong_arguments },
	{ "task_thread_survives", thread_survives_task },
	{ "task_stopped_thread_survives", stopped_thread_survives_task },
	{ "task_destroys_own_factory", suicide },
	{ "task_last_capability", last_capability },
	{ "task_many", many },
	{ "task_info_page", info_page },
	{ NULL, NULL },
};
