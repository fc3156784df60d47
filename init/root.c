// SPDX-License-Identifier: MIT
// The root task: carries out the boot plan, which is all there is to it.  Memory
// is given once, from both ends of each piece of free RAM: components live as
// long as the system.
#include <console.h>
#include <self.h>
#include <sys/root.h>

const struct self_words self_words = { .own = "[init] ", .open = "[", .close = "] " };

enum { PAGE_ALIGN = 12 };

static uint64_t used[RAM_MAX], used_above[RAM_MAX];     // bytes at its start, at its end

void
self_write(char line[SELF_LINE_MAX], size_t n)
{
	line[n] = '\n';
	console_write(ROOT_VCON, VCON_WRITE, line, n + 1);
}

void
self_show(char line[SELF_LINE_MAX], size_t n)
{
	line[n] = '\n';
	console_write(ROOT_VCON, VCON_SHOW, line, n + 1);
}

static const struct plan *
find_plan(void)
{
	const struct root_info *info = root_info();
	const struct plan *plan = (const struct plan *)(ROOT_WINDOW + info->module[0].addr);

	if (info->module_count < 1)     // if there is one, the kernel has seen that it is whole
		console_fail("the boot loader gives no plan; make the image again");
	if (plan->magic != PLAN_MAGIC || plan->version != PLAN_VERSION)
		console_fail("the plan is not one of this version; make the image again");
	return plan;
}

// Who shows something needs a framebuffer; the boot loader set it up, or not.
static void
check_screen(const struct plan *plan)
{
	const struct plan_region *r = plan_table(plan, plan->regions);
	const struct root_info *info = root_info();

	for (uint32_t i = 0; i < plan->regions.count; i++) {
		if (r[i].kind != PLAN_FRAMEBUFFER)
			continue;
		if (info->fb.addr == 0 || info->fb.bpp != 32)
			console_fail("the boot loader has found no graphics mode of 32 bits per "
			             "pixel; try another card, or MODE=");
		if (r[i].blob == 0 && (uint64_t)info->fb.pitch * info->fb.height > r[i].size)
			console_fail("the graphics mode is too large; choose a smaller MODE=");
	}
}

void
self_start(void)
{
	const struct plan *plan = find_plan();

	check_screen(plan);
	plan_prepare(0, 1, plan);
	plan_execute(&runs[0]);
	plan_start(&runs[0]);
	// the components, which run when this waits, draw now
	(void)!sys_request(ROOT_VCON, VCON_SCREEN_END, 0);
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
self_failed(const struct run *run, uint32_t component, const char *what, uint64_t addr, enum err e)
{
	console_fail_of(run, component, what, addr, e);
}

void
self_stopped(const struct run *run)
{
	(void)run;
}

_Noreturn static void
say_shortage(const struct plan *plan)
{
	const struct plan_region *r = plan_table(plan, plan->regions);
	const struct root_info *info = root_info();
	uint64_t need = 0, have = 0;

	for (uint32_t i = 0; i < plan->regions.count; i++)
		if (r[i].kind == PLAN_RAM || r[i].kind == PLAN_REST)
			need += (r[i].size + (1ull << r[i].align) - 1) >> r[i].align << r[i].align;
	for (uint32_t i = 0; i < info->ram_count; i++)
		have += info->ram[i].size;
	console_lacks("memory for the components (MEM=)", need, have);
}

// From both ends, for what is aligned to 2 MiB would leave gaps.
uint64_t
self_memory(struct run *run, uint64_t size, unsigned align)
{
	const struct root_info *info = root_info();
	uint64_t mask = (1ull << align) - 1;

	for (uint32_t i = 0; i < info->ram_count; i++) {
		uint64_t at = info->ram[i].addr + used[i];
		uint64_t end = info->ram[i].addr + info->ram[i].size - used_above[i];
		uint64_t above = (end - size) & ~mask;

		if (size > end - at || above < at)
			continue;
		if (align == PAGE_ALIGN) {
			used[i] += size;
			return ROOT_WINDOW + at;
		}
		used_above[i] += end - above;
		return ROOT_WINDOW + above;
	}
	say_shortage(run->plan);
}
