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

// One message: the label says which component, the kernel's kind what it is.
static tag_t
serve(struct reply r)
{
	enum msg_kind kind = tag_kind(r.tag);
	uint64_t run = (r.label - LABEL_RUNS) / LABEL_COMPONENTS;
	uint32_t component = (uint32_t)(r.label % LABEL_COMPONENTS);

	if (kind == MSG_IPC && r.label < LABEL_RUNS)
		return self_call(r.label, r.tag);
	if (run >= RUNS_MAX || runs[run].plan == NULL ||
	    component >= runs[run].plan->components.count)
		return tag(ERR_ARG, 0, 0);
	if (kind != MSG_IPC)
		return fault(&runs[run], component, kind);
	if (tag_label(r.tag) != LOG_WRITE)
		return tag(ERR_OP, 0, 0);
	return tag((uint32_t)console_log(&runs[run], component, tag_words(r.tag)), 0, 0);
}

int
main(void)
{
	self_start();
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_err(r.tag) != OK || tag_kind(r.tag) == MSG_SIGNAL)
			r = sys_wait(DEADLINE_NONE);
		else
			r = sys_reply_and_wait(serve(r), DEADLINE_NONE);
	}
}
