// SPDX-License-Identifier: MIT
// The component `subsystems`: carries out plans that are among its boot modules
// when a launcher session asks for it, with what its own parent gave it and
// nothing else.  Each has a piece of its memory, and a factory that pays for all
// kernel objects, whose end is the end of all of them.
#include <console.h>
#include <self.h>
#include <session/launcher.h>
#include <session/log.h>
#include <session/reset.h>
#include <string.h>
#include <sys/root.h>
#include <sys/startup_memory.h>

static enum launcher_state states[RUNS_MAX];
static unsigned count;
static uint64_t memory_start, memory_end;
static const struct startup_use *log_shown;     // another log besides; may be NULL

const struct self_words self_words = { .own = "", .open = "", .close = ": ", .prefix = true };

void
self_write(char line[SELF_LINE_MAX], size_t n)
{
	n = n < LOG_TEXT_MAX ? n : LOG_TEXT_MAX;
	console_write(startup()->log, LOG_WRITE, line, n);
	if (log_shown != NULL)
		console_write(log_shown->gate, LOG_WRITE, line, n);
}

void
self_show(char line[SELF_LINE_MAX], size_t n)
{
	self_write(line, n);
}

// start() says that it failed.
void
self_failed(const struct run *run, uint32_t component, const char *what, uint64_t addr, enum err e)
{
	(void)run, (void)component, (void)what, (void)addr, (void)e;
}

uint64_t
self_memory(struct run *run, uint64_t size, unsigned align)
{
	uint64_t mask = (1ull << align) - 1, at = (run->next + mask) & ~mask;

	if (at >= run->end || size > run->end - at)
		return 0;
	run->next = at + size;
	return at;
}

// The kernel's tables of capabilities come now and not with the first subsystem,
// so that what is free is the same before and after.
static void
touch_caps(void)
{
	for (cap_t i = PLAN_CAPS_FIRST; i < CAP_MAX; i += PLAN_CAPS_FIRST)
		if (factory_create(ROOT_FACTORY, OBJ_SEMAPHORE, i, 0) != OK ||
		    object_destroy(i) != OK)
			console_fail("not enough kernel memory for subsystems");
}

void
self_start(void)
{
	const struct startup_memory *m = startup_memories();

	log_shown = startup_use("log");
	for (uint32_t i = 0; i < startup()->memory_count; i++) {
		if (m[i].kind == MEMORY_HEAP)
			memory_start = m[i].addr, memory_end = m[i].addr + m[i].size;
		else if (m[i].kind == MEMORY_PLAN && count < RUNS_MAX)
			plan_prepare(count++, RUNS_MAX, (const struct plan *)(uintptr_t)m[i].addr);
	}
	touch_caps();
}

// The lowest address where `size` bytes are free; 0: nowhere.
static uint64_t
find_memory(uint64_t size)
{
	uint64_t at = memory_start;

	for (unsigned i = 0; i < count;) {
		const struct run *r = &runs[i++];

		if (r->end > at && r->start < at + size)
			at = r->end, i = 0;     // behind it, and look at all others again
	}
	return size <= memory_end - at ? at : 0;
}

// Whoever served a subsystem forgets what it had.
static bool
reset_sessions(const struct plan *p)
{
	const struct plan_gate *gate = plan_table(p, p->gates);
	bool locked_out = false;

	for (uint32_t i = 0; i < p->gates.count; i++)
		if (gate[i].parent != 0)
			locked_out |= sys_request(gate[i].parent, SESSION_RESET, 0) == ERR_GONE;
	return locked_out;
}

static void
stop(unsigned i)
{
	struct run *r = &runs[i];

	(void)!object_destroy(r->factory);      // and all that it paid for
	states[i] = reset_sessions(r->plan) ? LAUNCHER_LOCKED_OUT : LAUNCHER_STOPPED;
	plan_prepare(i, RUNS_MAX, r->plan);
}

static enum err
start(unsigned i, uint64_t bytes)
{
	struct run *r = &runs[i];

	if (states[i] != LAUNCHER_STOPPED)
		return states[i] == LAUNCHER_LOCKED_OUT ? ERR_REFUSED : ERR_BUSY;
	if (bytes % 4096 != 0 || bytes < r->plan->memory || bytes > memory_end - memory_start)
		return ERR_ARG;
	uint64_t at = find_memory(bytes);

	if (at == 0)
		return ERR_QUOTA;
	enum err e = factory_create(ROOT_FACTORY, OBJ_FACTORY, r->caps, r->plan->quota);

	if (e != OK)
		return e;
	r->factory = r->caps++;         // its first index; the others are the components'
	r->start = r->next = at, r->end = at + bytes;
	plan_execute(r);
	plan_start(r);
	e = r->error;
	if (e != OK)
		stop(i);
	else
		states[i] = LAUNCHER_RUNNING;
	console_say(r->plan->scenario, e == OK ? ": started" : ": cannot be started");
	return e;
}

static enum err
destroy(unsigned i)
{
	if (runs[i].end == 0)
		return ERR_ARG;
	stop(i);
	console_say(runs[i].plan->scenario, ": destroyed");
	return OK;
}

static enum err
status(unsigned i)
{
	const struct run *r = &runs[i];
	struct launcher_status s = { states[i], r->plan->memory, r->end - r->start,
		r->next - r->start, r->plan->quota, "" };

	memcpy(s.name, r->plan->scenario, sizeof s.name);
	memcpy(utcb()->mr, &s, sizeof s);
	return OK;
}

// From `at` to the next subsystem's memory; 0: somebody has this.
static uint64_t
gap(uint64_t at)
{
	uint64_t end = memory_end;

	for (unsigned i = 0; i < count; i++) {
		if (runs[i].start <= at && at < runs[i].end)
			return 0;
		if (runs[i].start >= at && runs[i].start < end)
			end = runs[i].start;
	}
	return end - at;
}

static enum err
amount(void)
{
	struct launcher_free f = { .all = memory_end - memory_start, .largest = gap(memory_start) };
	uint64_t used;

	f.free = f.all;
	for (unsigned i = 0; i < count; i++) {
		uint64_t behind = runs[i].end != 0 ? gap(runs[i].end) : 0;

		f.free -= runs[i].end - runs[i].start;
		f.largest = behind > f.largest ? behind : f.largest;
	}
	enum err e = factory_quota(ROOT_FACTORY, &f.kernel_all, &used);

	f.kernel_free = f.kernel_all - used;
	memcpy(utcb()->mr, &f, sizeof f);
	return e;
}

static tag_t
answer(enum err e, unsigned bytes)
{
	return tag((uint32_t)e, e == OK ? bytes / 8 : 0, 0);
}

tag_t
self_call(uint64_t label, tag_t call)
{
	uint64_t i = utcb()->mr[0], bytes = utcb()->mr[1];
	uint32_t op = tag_label(call);

	(void)label;            // all launchers may do the same
	if (op == LAUNCHER_FREE)
		return answer(amount(), sizeof(struct launcher_free));
	if (op != LAUNCHER_STATUS && op != LAUNCHER_START && op != LAUNCHER_DESTROY)
		return tag(ERR_OP, 0, 0);
	if (tag_words(call) < 1u + (op == LAUNCHER_START) || i >= count)
		return tag(ERR_ARG, 0, 0);
	if (op == LAUNCHER_STATUS)
		return answer(status((unsigned)i), sizeof(struct launcher_status));
	return answer(op == LAUNCHER_START ? start((unsigned)i, bytes) : destroy((unsigned)i), 0);
}

static void
tell_launchers(void)
{
	for (uint32_t k = 0; k < startup()->client_count; k++)
		(void)!sys_raise(startup_clients()[k].signal, LAUNCHER_SIGNAL);
}

void
self_stopped(const struct run *run)
{
	states[run - runs] = LAUNCHER_FAULTED;
	tell_launchers();
}

void
self_killed(uint64_t label)
{
	if (label - PLAN_LABEL_SUBSYSTEM < count &&
	    destroy((unsigned)(label - PLAN_LABEL_SUBSYSTEM)) == OK)
		tell_launchers();
}
