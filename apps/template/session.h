// SPDX-License-Identifier: MIT
// Sample session: the only way between the legacy part and the core of the
// sample app.  The legacy part puts one line of text at the start of the shared
// memory and says how long it is; the core copies it once, checks the copy,
// shows it, and the user approves or refuses it in the core's own window.
#pragma once

#include <sys/sys.h>

struct sample_session { cap_t gate; };

enum sample_op {
	SAMPLE_ASK = 1,         // mr0 bytes -> OK: the user decides, SAMPLE_SIGNAL follows;
				// ERR_ARG: empty, too long, or not printable ASCII;
				// ERR_BUSY: the last one is not decided yet, or
				// the core's window has the focus
	SAMPLE_ANSWER,          // -> OK: approved, mr0 its number (1 = first);
				// ERR_REFUSED: by the user; ERR_BUSY: undecided;
				// ERR_OP: nothing was asked
};

enum {
	SAMPLE_SIGNAL = 1,      // core -> legacy: ask SAMPLE_ANSWER
	SAMPLE_TEXT_MAX = 60,   // bytes of one line: what the core's window shows in full
};

static inline enum err
sample_ask(struct sample_session s, uint64_t bytes)
{
	utcb()->mr[0] = bytes;
	return sys_request(s.gate, SAMPLE_ASK, 1);
}

static inline enum err
sample_answer(struct sample_session s, uint64_t *number)
{
	enum err e = sys_request(s.gate, SAMPLE_ANSWER, 0);

	*number = utcb()->mr[0];
	return e;
}
