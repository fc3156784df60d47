// SPDX-License-Identifier: MIT
// Text from the caller's UTCB to the log, as it is, and to the screen.
#include <debug.h>
#include <invoke.h>
#include <preempt.h>
#include <start/screen.h>
#include <thread.h>
#include <vcon.h>

// One character after the other; false: RESTART.
static bool
show(struct thread *t, const char *text, uint64_t n)
{
	while (t->progress < n) {
		t->progress += screen_putc(text[t->progress]);
		preempt_window();
		if (preempt_wanted(t))
			return false;
	}
	return true;
}

enum err
vcon_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	uint64_t n = t->utcb->mr[0];

	(void)o;
	if (op != VCON_WRITE && op != VCON_SHOW && op != VCON_SCREEN_END)
		return ERR_OP;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	if (op == VCON_SCREEN_END) {
		screen_end();
		return OK;
	}
	if (n == 0 || n > (MR_MAX - 1) * 8)
		return ERR_ARG;
	const char *text = (const char *)&t->utcb->mr[1];

	if (op == VCON_SHOW && !show(t, text, n))
		return RESTART;
	if (t->progress <= n)
		debug_write(text, n);
	while (debug_send()) {
		preempt_window();
		// An emulated UART takes everything at once: at the writer's priority.
		if (preempt_wanted(t)) {
			t->progress = UINT64_MAX;       // all is written
			return RESTART;
		}
	}
	debug_leave();
	return OK;
}
