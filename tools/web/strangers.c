// SPDX-License-Identifier: MIT
// A queue of connections; page.c calls it.

#include <string.h>
#include <sys/socket.h>
#include "tools/web/strangers.h"

void
strangers_add(struct strangers *s, int fd)
{
	if (s->count == STRANGERS_MAX) {
		shutdown(s->fds[0], SHUT_RDWR);
		strangers_remove(s, s->fds[0]);
	}
	s->fds[s->count++] = fd;
}

void
strangers_remove(struct strangers *s, int fd)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->fds[i] == fd) {
			s->count--;
			memmove(s->fds + i, s->fds + i + 1, (s->count - i) * sizeof(s->fds[0]));
			return;
		}
}
