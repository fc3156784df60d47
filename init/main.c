// SPDX-License-Identifier: MIT
// The root task: carry out the plan, then serve the log and receive faults.
#include <console.h>
#include <init_plan.h>
#include <memory.h>
#include <session/log.h>
#include <sys/root.h>

// One message: the label says which component, the kernel's kind what it is.
static tag_t
serve(const struct plan *plan, struct reply r)
{
	const struct plan_component *c = plan_table(plan, plan->components);
	enum msg_kind kind = tag_kind(r.tag);

	if (r.label >= plan->components.count)
		return tag(ERR_ARG, 0, 0);
	c += r.label;
	if (kind == MSG_IPC) {
		if (tag_label(r.tag) != LOG_WRITE)
			return tag(ERR_OP, 0, 0);
		return tag((uint32_t)console_log(c, tag_words(r.tag)), 0, 0);
	}
	console_fault(plan, c, kind);
	console_say(c->name, plan_fault(plan, (uint32_t)r.label) ? ": started again" : ": stopped");
	return tag(1, 0, 0);            // if it still waits for an answer: stay stopped
}

int
main(void)
{
	const struct plan *plan = window(root_info()->module[0].addr);

	if (plan->magic != PLAN_MAGIC || plan->version != PLAN_VERSION)
		console_fail("the plan is not one of this version");
	plan_execute(plan);
	plan_start(plan);
	console_say(plan->scenario, ": running");
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_err(r.tag) != OK)
			r = sys_wait(DEADLINE_NONE);
		else
			r = sys_reply_and_wait(serve(plan, r), DEADLINE_NONE);
	}
}
