// SPDX-License-Identifier: MIT
// Test client of the launcher session: starts and destroys subsystems, and compares
// what is free before and after.  Without such a session it is one of them.
#include <session/launcher.h>
#include <sys/startup_memory.h>
#include "../say.h"

enum { PAINTER, EATER, CRASH, SUBSYSTEMS, ROUNDS = 200 };

static struct launcher_session launcher;
static struct launcher_status status[SUBSYSTEMS];

static void
expect(const char *what, int64_t got, int64_t want)
{
	if (got != want)
		say(what, (int64_t[]){ got, want }, 2);
}

static struct launcher_free
amount(void)
{
	struct launcher_free f;

	expect("free", launcher_free(launcher, &f), OK);
	return f;
}

static void
expect_same(const char *what, struct launcher_free before)
{
	struct launcher_free now = amount();

	if (memcmp(&before, &now, sizeof now) != 0)
		say(what, (int64_t[]){ (int64_t)before.free, (int64_t)now.free,
			(int64_t)before.largest, (int64_t)now.largest,
			(int64_t)before.kernel_free, (int64_t)now.kernel_free }, 6);
}

static uint64_t
state(uint32_t i)
{
	struct launcher_status s;

	expect("status", launcher_status(launcher, i, &s), OK);
	return s.state;
}

static void
start_and_destroy(uint32_t i, uint64_t bytes)
{
	struct launcher_free before = amount();

	expect("start", launcher_start(launcher, i, bytes), OK);
	struct launcher_free with = amount();

	expect("given", (int64_t)(before.free - with.free), (int64_t)bytes);
	expect("kernel",
	       (int64_t)(before.kernel_free - with.kernel_free) >= (int64_t)status[i].kernel, 1);
	sys_sleep(sys_in_ms(2));
	expect("twice", launcher_start(launcher, i, bytes), ERR_BUSY);
	expect("destroy", launcher_destroy(launcher, i), OK);
	expect_same("not free again", before);
}

static void
bad_calls(void)
{
	struct launcher_free before = amount();
	struct launcher_status s;

	expect("status of none", launcher_status(launcher, SUBSYSTEMS, &s), ERR_ARG);
	expect("status of many", launcher_status(launcher, ~0u, &s), ERR_ARG);
	expect("start of none", launcher_start(launcher, SUBSYSTEMS, 1 << 20), ERR_ARG);
	expect("too little", launcher_start(launcher, EATER, status[EATER].needs - 4096), ERR_ARG);
	expect("odd", launcher_start(launcher, EATER, status[EATER].needs + 1), ERR_ARG);
	expect("all and more", launcher_start(launcher, EATER, before.all + 4096), ERR_ARG);
	expect("very much", launcher_start(launcher, EATER, ~0ull << 12), ERR_ARG);
	expect("destroy of none", launcher_destroy(launcher, SUBSYSTEMS), ERR_ARG);
	expect("destroy of stopped", launcher_destroy(launcher, EATER), ERR_ARG);
	expect("no words", sys_request(launcher.gate, LAUNCHER_START, 1), ERR_ARG);
	expect("no operation", sys_request(launcher.gate, 77, 0), ERR_OP);
	expect_same("bad calls took something", before);
}

// One has almost all: there is no room for the other, until it is gone.
static void
share(void)
{
	struct launcher_free before = amount();

	expect("start almost all", launcher_start(launcher, EATER, before.all - 4096), OK);
	expect("start more", launcher_start(launcher, PAINTER, status[PAINTER].needs), ERR_QUOTA);
	expect("state", (int64_t)state(PAINTER), LAUNCHER_STOPPED);
	expect("destroy", launcher_destroy(launcher, EATER), OK);
	expect_same("after all", before);
	expect("start both", launcher_start(launcher, EATER, 1 << 20), OK);
	expect("start both", launcher_start(launcher, PAINTER, status[PAINTER].needs), OK);
	sys_sleep(sys_in_ms(20));
	expect("destroy", launcher_destroy(launcher, EATER), OK);
	struct launcher_free f = amount();

	expect("hole", f.free > f.largest &&
	       f.largest >= before.all - (1 << 20) - status[PAINTER].needs, 1);
	expect("destroy", launcher_destroy(launcher, PAINTER), OK);
	expect_same("after both", before);
}

static void
crash(void)
{
	struct launcher_free before = amount();

	expect("start crash", launcher_start(launcher, CRASH, status[CRASH].needs), OK);
	while (state(CRASH) != LAUNCHER_FAULTED)
		sys_wait(DEADLINE_NONE);
	expect("destroy crash", launcher_destroy(launcher, CRASH), OK);
	expect("state", (int64_t)state(CRASH), LAUNCHER_STOPPED);
	expect_same("after crash", before);
}

// Fills all of it, so that the heap shows what it was given.
static void
live(void)
{
	const struct startup_memory *heap = startup_memory("heap");

	if (heap != NULL) {
		char *at = (char *)(uintptr_t)heap->addr;
		uint64_t size;

		memcpy(&size, at, sizeof size);
		for (uint64_t i = sizeof size; i < 4096; i++)
			if (at[i] != 0)
				die("not zero");
		memset(at, 0x55, size);
		say1("heap", (int64_t)size);
	}
	if (strcmp(startup()->argument, "crash") == 0)
		__builtin_trap();
	for (;;)
		sys_wait(DEADLINE_NONE);
}

int
main(void)
{
	const struct startup_use *use = startup_use("launcher");

	if (use == NULL)
		live();
	launcher.gate = use->gate;
	for (uint32_t i = 0; i < SUBSYSTEMS; i++) {
		expect("status", launcher_status(launcher, i, &status[i]), OK);
		say(status[i].name,
		    (int64_t[]){ (int64_t)status[i].needs, (int64_t)status[i].kernel }, 2);
	}
	bad_calls();
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint32_t which = i % 8 == 0 ? PAINTER : EATER;

		start_and_destroy(which, status[which].needs + (i % 16 << 16));
	}
	share();
	crash();
	expect("start", launcher_start(launcher, EATER, 3 << 20), OK);
	struct launcher_free before = amount();

	expect("start", launcher_start(launcher, PAINTER, status[PAINTER].needs), OK);
	log_line("done");
	while (state(PAINTER) == LAUNCHER_RUNNING)
		sys_wait(DEADLINE_NONE);
	// the user has killed it
	expect("locked out", (int64_t)state(PAINTER), LAUNCHER_LOCKED_OUT);
	expect_same("after the kill", before);
	expect("start again", launcher_start(launcher, PAINTER, status[PAINTER].needs),
	       ERR_REFUSED);
	expect_same("start again", before);
	expect("others", (int64_t)state(EATER), LAUNCHER_RUNNING);
	log_line("killed");
	for (;;)
		sys_wait(DEADLINE_NONE);
}
