// SPDX-License-Identifier: MIT
// Runs the tests of the kernel one after the other.  Booted in place of init.
// Prints "ktest: NAME ok", or "ktest: NAME FAILED" and why.
#include "ktest.h"

extern char program_text_end[], program_rodata_end[];

enum { QUOTA = 8 << 20, RAM = 4 << 20, DEADLINE_MS = 30000 };

_Noreturn void
test_fail(const char *where)
{
	env_exit((uint64_t)where);
}

enum err
op(cap_t cap, uint32_t what, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = a, mr[1] = b, mr[2] = c, mr[3] = d;
	return sys_request(cap, what, 4);
}

cap_t
make(enum object_type type, uint64_t arg)
{
	cap_t index = env_caps(1);

	CHECK(factory_create(ENV_FACTORY, type, index, arg) == OK);
	return index;
}

cap_t
weaker(cap_t from, unsigned rights)
{
	cap_t index = env_caps(1);

	CHECK(task_map(CAP_SELF, fpage_cap(from, 0, rights), (uint64_t)index << 12) == OK);
	return index;
}

cap_t
ready_caps(unsigned n)
{
	cap_t first = env_caps(n);

	for (cap_t i = first; i < first + n; i++) {
		CHECK(factory_create(ENV_FACTORY, OBJ_SIGNAL, i, 0) == OK);
		CHECK(task_unmap(CAP_SELF, fpage_cap(i, 0, CAP_ALL), true) == OK);
	}
	return first;
}

enum object_type
type_of(cap_t index)
{
	return OP(CAP_SELF, TASK_CAP_TYPE, index) == OK ?
	       (enum object_type)utcb()->mr[0] : OBJ_NONE;
}

struct child
start_child(child_fn *fn, uint64_t arg, unsigned priority)
{
	struct child c;

	CHECK(env_child(&c, 256 << 10, 64 << 10, LABEL, priority) == OK);
	CHECK(env_start(&c, fn, arg) == OK);
	return c;
}

void
join(void)
{
	struct reply r = sys_wait(sys_in_ms(5000));

	CHECK(tag_err(r.tag) == OK);
	CHECK(tag_kind(r.tag) == MSG_IPC);
	CHECK(tag_label(r.tag) == ENV_EXIT);
	if (utcb()->mr[0] != 0)
		env_exit(utcb()->mr[0]);
}

uint64_t
small_page(void)
{
	static uint64_t next = 0x2f000000;
	uint64_t at = next;

	next += 4096;
	CHECK(task_map(CAP_SELF, fpage_mem(env_ram(4096), 12, MEM_RW), at) == OK);
	return at;
}

uint64_t
used_of(cap_t factory)
{
	CHECK(OP(factory, FACTORY_QUOTA, 0) == OK);
	return utcb()->mr[1];
}

void
pause_ms(uint32_t ms)
{
	sys_sleep(sys_in_ms(ms));
}

static uint64_t
root_used(void)
{
	return OP(ENV_FACTORY, FACTORY_QUOTA, 0) == OK ? utcb()->mr[1] : 0;
}

static void
run_in_child(uint64_t test)
{
	((const struct test *)test)->fn();
	env_exit(0);
}

static void
failed(const char *name, const char *why)
{
	env_print("ktest: ");
	env_print(name);
	env_print(" FAILED ");
	env_print(why);
}

// What a test's end says; true: well.
static bool
verdict(const char *name, struct reply r)
{
	uint64_t result = utcb()->mr[0], ip = utcb()->mr[1];

	if (tag_err(r.tag) != OK) {
		failed(name, "it hangs\n");
		return false;
	}
	if (tag_kind(r.tag) != MSG_IPC) {
		bool page_fault = tag_kind(r.tag) == MSG_FAULT;

		failed(name, page_fault ? "page fault at " : "exception ");
		env_print_number(result);
		env_print(", ip ");
		env_print_number(page_fault ? ip : utcb()->mr[17]);
		env_print("\n");
		return false;
	}
	if (result == 0)
		return true;
	bool text = result >= (uint64_t)program_text_end && result < (uint64_t)program_rodata_end;

	failed(name, text ? (const char *)result : "with nonsense");
	env_print("\n");
	return false;
}

static bool
run(const struct test *test)
{
	struct env_mark mark = env_mark();
	uint64_t before = root_used();
	struct child c;
	enum err e = env_child(&c, QUOTA, RAM, 1, TEST_PRIORITY);

	if (e == OK)
		e = task_map(c.task, fpage_port(TEST_PORTS, TEST_PORTS_ORDER, 1), 0);
	if (e == OK)
		e = task_map(c.task, fpage_port(MORE_PORTS, MORE_PORTS_ORDER, 1), 0);
	if (e == OK)
		e = env_start(&c, run_in_child, (uint64_t)test);
	bool good = e == OK && verdict(test->name, sys_wait(sys_in_ms(DEADLINE_MS)));

	if (e != OK)
		failed(test->name, "its task cannot be made\n");
	env_destroy(&c);
	env_release(mark);
	if (root_used() != before && good) {
		failed(test->name, "it leaks\n");
		return false;
	}
	if (good) {
		env_print("ktest: ");
		env_print(test->name);
		env_print(" ok\n");
	}
	return good;
}

int
main(void)
{
	unsigned passed = 0, bad = 0;

	env_init();
	for (unsigned i = 0; test_tables[i] != NULL; i++) {
		for (const struct test *t = test_tables[i]; t->name != NULL; t++) {
			if (run(t))
				passed++;
			else
				bad++;
		}
	}
	env_print("ktest: ");
	env_print_number(passed);
	env_print(" passed, ");
	env_print_number(bad);
	env_print(" failed\n");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
