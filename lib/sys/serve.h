// SPDX-License-Identifier: MIT
// The receive loop of a component: one place that waits, and handlers.  No failed wait
// and no label out of range reaches them: a call from nobody, or where no handler is given, is
// answered ERR_OP.  Inlined with handlers that are constants, it is the loop that one
// would write by hand.
//
// Source: the handler loop of Microkit (libmicrokit/src/main.c) has the same place in a
// component; here calls, too, are answered with the next wait.
#pragma once

#include <sys/startup.h>
#include <sys/sys.h>

struct handlers {
	// A client's call: the answer, its words in utcb()->mr.
	tag_t    (*call)(const struct startup_client *c, tag_t call);
	// From the peer whose startup_use.label or startup_client.id this is.
	void     (*signal)(uint64_t label, uint64_t bits);
	// From the line whose startup_irq.label this is.
	void     (*irq)(uint64_t label);
	// Before every wait, and before the answer to a call goes out: does what is to be done
	// then, and returns the deadline of the wait.  Absent: DEADLINE_NONE.
	uint64_t (*idle)(void);
	unsigned words;         // message registers of an answer, its items with them, that idle
				// would overwrite: kept while it runs; <= MR_MAX
};

static inline __attribute__((always_inline)) _Noreturn void
serve(const struct handlers h)
{
	tag_t answer = 0;
	bool call = false;

	for (;;) {
		uint64_t mr[MR_MAX], deadline = DEADLINE_NONE;

		if (h.idle != NULL && !call)
			deadline = h.idle();
		if (h.idle != NULL && call) {
#pragma GCC unroll 4
			for (unsigned i = 0; i < h.words; i++)
				mr[i] = utcb()->mr[i];
			deadline = h.idle();
#pragma GCC unroll 4
			for (unsigned i = 0; i < h.words; i++)
				utcb()->mr[i] = mr[i];
		}
		struct reply r = call ? sys_reply_and_wait(answer, deadline) : sys_wait(deadline);
		bool came = tag_err(r.tag) == OK;

		call = came && tag_kind(r.tag) == MSG_IPC;
		if (call)
			answer = h.call != NULL && r.label - 1 < startup()->client_count ?
				h.call(&startup_clients()[r.label - 1], r.tag) : tag(ERR_OP, 0, 0);
		else if (came && tag_kind(r.tag) == MSG_SIGNAL && h.signal != NULL)
			h.signal(r.label, utcb()->mr[0]);
		else if (came && tag_kind(r.tag) == MSG_IRQ && h.irq != NULL)
			h.irq(r.label);
	}
}
