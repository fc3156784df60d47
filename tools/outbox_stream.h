// SPDX-License-Identifier: MIT
// Takes messages out of the stream that the mail program writes to its serial
// port, and saves them; sealed notes, too.  A frame: "message NAME LENGTH\n", LENGTH bytes, "\n".
// NAME has at most 64 of A-Z a-z 0-9 . _ -, a letter or digit first, and ends in .eml or
// .note.
// One that ends in -signed.eml is saved only when it has the form of a signed message
// (multipart/signed or application/pkcs7-mime); whether the signature is good is for
// the mail program of who reads it.  What comes before the first
// frame is the firmware's and skipped; the programs end its last line before they begin.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	OUTBOX_NAME = 64, OUTBOX_LINE = 128,
	OUTBOX_MESSAGE = 16 << 20,      // bytes of one
	OUTBOX_FILES = 1000, OUTBOX_BYTES = 256 << 20,          // of one run
	OUTBOX_AGAIN = 8,               // how often bytes are looked through for lost messages
};

enum outbox_state { OUTBOX_HEAD, OUTBOX_SKIP, OUTBOX_BODY, OUTBOX_TAIL };

struct outbox {
	int    dir;             // where messages go: an open directory
	FILE  *log;             // one line for each message and each complaint
	bool   broken;          // something was not saved

	enum outbox_state state;
	char   line[OUTBOX_LINE];
	size_t line_len;
	char   name[OUTBOX_NAME + 1];
	char  *body;
	size_t body_len, body_size, body_room;

	int    files;           // saved so far
	size_t bytes;
	int    again;           // bytes that are looked through, within such
};

void outbox_init(struct outbox *o, int dir, FILE *log);
void outbox_feed(struct outbox *o, const char *bytes, size_t len);

// The stream has ended.  False if anything could not be saved.
bool outbox_fini(struct outbox *o);
