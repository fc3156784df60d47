// SPDX-License-Identifier: MIT
// The root task: carries out the boot plan, which is all there is to it.  Memory
// is given once, by a pointer into each piece of free RAM: components live as
// long as the system.
#include <console.h>
#include <self.h>
#include <sys/root.h>

const struct self_words self_words = { .own = "[init] ", .open = "[", .close = "] " };

static uint64_t used[RAM_MAX];

void
self_write(char line[SELF_LINE_MAX], size_t n)
{
	line[n] = '\n';
	console_write(ROOT_VCON, VCON_WRITE, line, n + 1);
}

void
self_start(void)
{
	const struct plan *plan = (const struct plan *)(ROOT_WINDOW + root_info()->module[0].addr);

	if (plan->magic != PLAN_MAGIC || plan->version != PLAN_VERSION)
		console_fail("the plan is not one of this version");
	plan_prepare(0, 1, plan);
	plan_execute(&runs[0]);
	plan_start(&runs[0]);
	console_say(plan->scenario, ": running");
}

tag_t
self_call(uint64_t label, tag_t call)
{
	(void)label, (void)call;
	return tag(ERR_ARG, 0, 0);
}

void
self_killed(uint64_t label)
{
	(void)label;
}

void
self_failed(const char *what)
{
	console_fail(what);
}

void
self_stopped(const struct run *run)
{
	(void)run;
}

uint64_t
self_memory(struct run *run, uint64_t size, unsigned align)
{
	const struct root_info *info = root_info();
	uint64_t mask = (1ull << align) - 1;

	(void)run;
	for (uint32_t i = 0; i < info->ram_count; i++) {
		uint64_t start = info->ram[i].addr, end = start + info->ram[i].size;
		uint64_t at = (start + used[i] + mask) & ~mask;

		if (at >= end || size > end - at)
			continue;
		used[i] = at + size - start;
		return ROOT_WINDOW + at;
	}
	return 0;
}
