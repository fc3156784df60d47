// SPDX-License-Identifier: MIT
// The root task: carry out the plan, then serve the log and receive faults.  As a
// component: serve the launcher session, and carry out what it asks for.
#include <console.h>
#include <init_plan.h>
#include <memory.h>
#include <session/log.h>
#include <subsystems.h>
#include <sys/root.h>

bool is_root;

static tag_t
fault(struct run *run, uint32_t component, enum msg_kind kind)
{
	console_fault(run, component, kind);
	bool again = plan_fault(run, component);

	console_say_of(run, component, again ? ": started again" : ": stopped");
	if (!again && !is_root)
		subsystem_faulted((unsigned)(run - runs));
	return tag(1, 0, 0);            // if it still waits for an answer: stay stopped
}

// One message: the label says which component, the kernel's kind what it is.
static tag_t
serve(struct reply r)
{
	enum msg_kind kind = tag_kind(r.tag);
	uint64_t run = (r.label - LABEL_RUNS) / LABEL_COMPONENTS;
	uint32_t component = (uint32_t)(r.label % LABEL_COMPONENTS);

	if (kind == MSG_IPC && r.label < LABEL_RUNS && !is_root)
		return subsystems_serve(r.tag);
	if (run >= RUNS_MAX || runs[run].plan == NULL ||
	    component >= runs[run].plan->components.count)
		return tag(ERR_ARG, 0, 0);
	if (kind != MSG_IPC)
		return fault(&runs[run], component, kind);
	if (tag_label(r.tag) != LOG_WRITE)
		return tag(ERR_OP, 0, 0);
	return tag((uint32_t)console_log(&runs[run], component, tag_words(r.tag)), 0, 0);
}

static void
start_root(void)
{
	const struct plan *plan = (const struct plan *)(ROOT_WINDOW + root_info()->module[0].addr);

	if (plan->magic != PLAN_MAGIC || plan->version != PLAN_VERSION)
		console_fail("the plan is not one of this version");
	plan_prepare(0, 1, plan);
	plan_execute(&runs[0]);
	plan_start(&runs[0]);
	console_say(plan->scenario, ": running");
}

// component: 0 from the kernel, 1 from init.
int
main(uint64_t component)
{
	is_root = component == 0;
	if (is_root)
		start_root();
	else
		subsystems_init();
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_err(r.tag) != OK || tag_kind(r.tag) == MSG_SIGNAL)
			r = sys_wait(DEADLINE_NONE);
		else
			r = sys_reply_and_wait(serve(r), DEADLINE_NONE);
	}
}
