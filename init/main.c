// SPDX-License-Identifier: MIT
// Start, then serve the log and receive faults; what else there is to do, self.h
// says.
#include <console.h>
#include <session/log.h>
#include <self.h>
#include <sys/sys.h>

static tag_t
fault(struct run *run, uint32_t component, enum msg_kind kind)
{
	console_fault(run, component, kind);
	bool again = plan_fault(run, component);

	console_say_of(run, component, again ? ": started again" : ": stopped");
	if (!again)
		self_stopped(run);
	return tag(1, 0, 0);            // if it still waits for an answer: stay stopped
}

// Whose label this is, counted from `base`; NULL: nobody's.
static struct run *
find(uint64_t label, uint64_t base, uint32_t *component)
{
	uint64_t i = (label - base) / LABEL_COMPONENTS;

	*component = (uint32_t)(label % LABEL_COMPONENTS);
	return label >= base && i < RUNS_MAX && runs[i].plan != NULL &&
	       *component < runs[i].plan->components.count ? &runs[i] : NULL;
}

// One message: the label says which component, the kernel's kind what it is.
static tag_t
serve(struct reply r)
{
	enum msg_kind kind = tag_kind(r.tag);
	uint32_t component;
	struct run *run = find(r.label, LABEL_RUNS, &component);

	if (kind == MSG_IPC && r.label < LABEL_RUNS)
		return self_call(r.label, r.tag);
	if (run == NULL)
		return tag(ERR_ARG, 0, 0);
	if (kind != MSG_IPC)
		return fault(run, component, kind);
	if (tag_label(r.tag) != LOG_WRITE)
		return tag(ERR_OP, 0, 0);
	return tag((uint32_t)console_log(run, component, tag_words(r.tag)), 0, 0);
}

// The user has killed a session, and the plan says that its client ends with it.
static void
killed(uint64_t label)
{
	uint32_t component;
	struct run *run = find(label, LABEL_ENDS, &component);

	if (run == NULL)
		self_killed(label);
	else if (plan_end(run, component) == OK)
		console_say_of(run, component, ": destroyed");
}

int
main(void)
{
	self_start();
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		bool signal = tag_kind(r.tag) == MSG_SIGNAL;

		if (tag_err(r.tag) == OK && signal)
			killed(r.label);
		if (tag_err(r.tag) != OK || signal)
			r = sys_wait(DEADLINE_NONE);
		else
			r = sys_reply_and_wait(serve(r), DEADLINE_NONE);
	}
}
