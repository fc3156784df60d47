// SPDX-License-Identifier: MIT
// Connections that have not shown the token.  Few of them are kept, and the
// oldest leaves when one more comes: whoever opens many and says little, slowly
// or nothing keeps nobody else out.  One thread uses it.
#pragma once

enum { STRANGERS_MAX = 16 };

struct strangers {
	int fds[STRANGERS_MAX];                 // the oldest first
	unsigned count;
};

// A connection has come.  Where there is no room, the oldest is shut down; whose
// it is closes it then.
void strangers_add(struct strangers *s, int fd);

// It has shown the token or is about to be closed; nothing if it is none of them.
void strangers_remove(struct strangers *s, int fd);
