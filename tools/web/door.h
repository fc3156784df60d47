// SPDX-License-Identifier: MIT
// Who gets in: the page and the socket are given only to requests that know the
// token, come from our own page and ask for us by an address of loopback.
// The token keeps out other users and foreign pages; Host keeps out a foreign
// name that was rebound to loopback, Origin keeps out a page that learnt the
// token.  Pure functions, tested by tests/unit/web_door_test.c.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	DOOR_SECRET = 16,                       // bytes of the token: 128 bits
	DOOR_TOKEN = 2 * DOOR_SECRET,           // its hexadecimal digits
	DOOR_HOST = 24,                         // "127.0.0.1:65535" and more
	DOOR_PATH = 100,                        // characters of a file's name
};

struct door {
	char token[DOOR_TOKEN + 1];
	char host[2][DOOR_HOST];                // the two names we answer to
};

// The secret comes from the system's generator; port is ours on 127.0.0.1.
void door_init(struct door *d, const uint8_t secret[DOOR_SECRET], uint16_t port);

// Exactly one of our names with our port; NULL (no such header) is refused.
bool door_host(const struct door *d, const char *host);

// A page of ours, or, where `needed` is false, none at all: browsers leave the
// header out when they open a page, never when a page opens a WebSocket (RFC 6455, 4.1).
bool door_origin(const struct door *d, const char *origin, bool needed);

// What follows "/TOKEN/" in the decoded path of a request; NULL with another
// token.  The time it takes tells nothing about how much of a token was right.
const char *door_path(const struct door *d, const char *url);

// Whether this is the name of a file that may be given out, by its characters:
// no name begins with a dot, so that none leads out of the folder.
bool door_file(const char *path);

// The content type by the name's end, or NULL: such files are not given out.
const char *door_type(const char *path);
