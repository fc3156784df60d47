// SPDX-License-Identifier: MIT
// The framebuffer driver with a short life: it faults 15 ms after each start.
// Everything else is fb-drv/ itself.
#include <sys/sys.h>

enum { LIFE_MS = 15 };

static struct reply
mortal(tag_t answer, unsigned flags, uint64_t deadline)
{
	static uint64_t end;

	(void)deadline;                 // it waits without one

	if (end == 0)
		end = sys_in_ms(LIFE_MS);
	struct reply r = sys_invoke(0, flags, answer, end);

	if (tag_err(r.tag) == ERR_TIMEOUT)
		__builtin_trap();
	return r;
}

#define sys_wait(deadline) mortal(0, IPC_WAIT, deadline)
#define sys_reply_and_wait(answer, deadline) mortal(answer, IPC_REPLY_AND_WAIT, deadline)
#include "../../../fb-drv/main.c"
