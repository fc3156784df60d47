// SPDX-License-Identifier: MIT
// WebSocket frames as a server gets and sends them (RFC 6455, chapter 5), byte
// by byte as they come: nothing is kept but a head and a ping's few bytes, so
// that the length a frame announces costs no memory.  Pure functions, tested
// and fuzzed by tests/unit/web_frame_test.c.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_CONTROL = 125,                    // longest payload of a control frame
	FRAME_HEAD = 14,                        // longest head that a client sends
	FRAME_HEAD_OURS = 10,                   // longest head that we send: no mask
};

enum frame_opcode {
	FRAME_CONTINUATION = 0, FRAME_TEXT = 1, FRAME_BINARY = 2,
	FRAME_CLOSE = 8, FRAME_PING = 9, FRAME_PONG = 10,
};

enum frame_what {
	FRAME_MORE,             // all bytes are taken, more are needed
	FRAME_DATA,             // some payload
	FRAME_PINGED,           // a ping; its payload is to be returned
	FRAME_CLOSED,           // the client is done
	FRAME_BROKEN,           // against the protocol: end the connection
};

struct frame_reader {
	uint8_t head[FRAME_HEAD];
	unsigned have;                          // bytes of the head
	bool in_payload, in_message;            // a message may have several frames
	uint64_t left;                          // of the payload
	uint8_t control[FRAME_CONTROL];         // payload of a ping
	unsigned control_len;
	unsigned mask_at;
};

struct frame_bytes {
	uint8_t *at;
	size_t len;
};

// All zero is a reader at the start of a stream.

// Takes bytes from `in` until there is something to tell.  FRAME_DATA: `data` is
// a part of `in`, unmasked in place.  After FRAME_CLOSED and FRAME_BROKEN the
// reader must not be used any more.
enum frame_what frame_read(struct frame_reader *r, struct frame_bytes *in,
                           struct frame_bytes *data);

// Writes the head of an unmasked, complete frame; returns its length.
size_t frame_head(uint8_t head[FRAME_HEAD_OURS], enum frame_opcode opcode, size_t len);
