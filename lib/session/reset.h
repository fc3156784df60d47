// SPDX-License-Identifier: MIT
// The one operation that every session may have, besides its own.
#pragma once

enum {
	SESSION_RESET = 0,      // the client is a new one: what the one before did to the session
				// is undone, its memory is as at first from the server's side, and
				// the client clears it before use.  A server without it: ERR_OP
};
