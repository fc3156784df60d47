// SPDX-License-Identifier: MIT
// Text from the caller's UTCB to COM1, as it is, and to the screen.
#include <debug.h>
#include <start/screen.h>
#include <thread.h>
#include <vcon.h>

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
	debug_on_screen = op == VCON_SHOW;
	debug_write((const char *)&t->utcb->mr[1], n);
	debug_on_screen = false;
	return OK;
}
