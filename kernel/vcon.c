// SPDX-License-Identifier: MIT
// VCON_WRITE: text from the caller's UTCB to COM1, as it is.
#include <debug.h>
#include <thread.h>
#include <vcon.h>

enum err
vcon_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	uint64_t n = t->utcb->mr[0];

	(void)o;
	if (op != VCON_WRITE)
		return ERR_OP;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	if (n == 0 || n > (MR_MAX - 1) * 8)
		return ERR_ARG;
	debug_write((const char *)&t->utcb->mr[1], n);
	return OK;
}
