// SPDX-License-Identifier: MIT
// Notes session: the only way between the list of notes, which is not trusted,
// and the core that shows and edits one.  The list puts a name, and what the core
// has sealed under that name before, into the shared memory; the core asks for the
// passphrase and shows the note in its own window.  What comes back is sealed.
//
// Shared memory:  0             name, NOTES_NAME_MAX bytes, padded with zeros
//                 NOTES_SEALED  sealed bytes
#pragma once

#include <sys/sys.h>

struct notes_session { cap_t gate; };

enum notes_op {
	NOTES_OPEN = 1,         // mr0 sealed bytes, 0 for a new note -> OK: the user has it now,
				// NOTES_SIGNAL follows; ERR_BUSY: another note is open,
				// or the core's window has the focus;
				// ERR_ARG: no such name, or so many bytes cannot be one
	NOTES_TAKE,             // -> OK: mr0 sealed bytes to be kept; ERR_BUSY: still open;
				// ERR_REFUSED: closed, and nothing is to be kept;
				// ERR_OP: there was none
};

enum {
	NOTES_SIGNAL = 1,       // core -> list: ask NOTES_TAKE
	NOTES_NAME_MAX = 24,    // printable ASCII, at least one
	NOTES_TEXT_MAX = 4096,
	NOTES_SEALED_MAX = NOTES_TEXT_MAX + 52,         // lib/seal/seal.h
	NOTES_SEALED = 32,      // offset
	NOTES_SHARED = NOTES_SEALED + NOTES_SEALED_MAX,
};

static inline enum err
notes_open(struct notes_session s, uint64_t bytes)
{
	utcb()->mr[0] = bytes;
	return sys_request(s.gate, NOTES_OPEN, 1);
}

static inline enum err
notes_take(struct notes_session s, uint64_t *bytes)
{
	enum err e = sys_request(s.gate, NOTES_TAKE, 0);

	*bytes = e == OK ? utcb()->mr[0] : 0;
	return e;
}
