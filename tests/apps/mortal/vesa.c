// SPDX-License-Identifier: MIT
// The VESA driver with a weak point: it faults when it is asked for mode 57005.
// Everything else is fb-drv/ itself.
#include <session/fb.h>

static struct reply
mortal(tag_t answer, unsigned flags, uint64_t deadline)
{
	struct reply r = sys_invoke(0, flags, answer, deadline);

	if (tag_kind(r.tag) == MSG_IPC && tag_label(r.tag) == FB_MODES && utcb()->mr[0] == 57005)
		__builtin_trap();
	return r;
}

#define sys_wait(deadline) mortal(0, IPC_WAIT, deadline)
#define sys_reply_and_wait(answer, deadline) mortal(answer, IPC_REPLY_AND_WAIT, deadline)
#include "../../../fb-drv/main.c"
