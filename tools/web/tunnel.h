// SPDX-License-Identifier: MIT
// Moves bytes between a client and the machine's VNC socket, each pair in a
// thread of its own: whoever reads slowly holds up nobody else.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { TUNNELS_MAX = 8 };

enum tunnel_kind { TUNNEL_RAW, TUNNEL_WEBSOCKET };

struct tunnel_client {
	int fd;
	enum tunnel_kind kind;
	const void *first;                      // bytes that were read with the request
	size_t first_len;
	void (*done)(void *);                   // ends the connection, from the tunnel's thread
	void *self;
};

// Names the UNIX socket; it may come into being later.  Before all others.
void tunnel_init(const char *path);

// Whether one more can begin.
bool tunnel_has_room(void);

// Begins one; `done` is called exactly once, here, too, when nothing can begin.
void tunnel_start(const struct tunnel_client *client);
