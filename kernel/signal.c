// SPDX-License-Identifier: MIT
// Signals: bits that add up until they are received.
#include <ipc.h>
#include <source.h>
#include <thread.h>

struct object *
signal_create(struct factory *payer, uint64_t arg)
{
	struct source *s = source_create(payer, OBJ_SIGNAL);

	(void)arg;
	return s != NULL ? &s->obj : NULL;
}

enum err
signal_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct source *s = (struct source *)o;
	uint64_t bits = t->utcb->mr[0];

	if (op != SIGNAL_RAISE)
		return ERR_OP;
	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	if (bits == 0)
		return ERR_ARG;
	s->bits |= bits;
	ipc_notify(s);
	return OK;
}
