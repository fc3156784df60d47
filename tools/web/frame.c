// SPDX-License-Identifier: MIT
// Reads a client's frames and writes the heads of ours; tunnel.c calls it.

#include <string.h>
#include "tools/web/frame.h"

enum { FIN = 0x80, RESERVED = 0x70, OPCODE = 0x0f, MASKED = 0x80, LENGTH = 0x7f };

// Bytes of a head of which the first two are there.
static unsigned
head_length(const uint8_t *head)
{
	unsigned length = head[1] & LENGTH;

	return 2 + (length == 127 ? 8 : length == 126 ? 2 : 0) + 4;
}

static uint64_t
payload_length(const uint8_t *head)
{
	unsigned length = head[1] & LENGTH, bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
	uint64_t long_length = 0;

	for (unsigned i = 0; i < bytes; i++)
		long_length = long_length << 8 | head[2 + i];
	return bytes > 0 ? long_length : length;
}

// What the first two bytes must be: decided before anything else is taken.
static bool
start_is_good(const struct frame_reader *r)
{
	uint8_t first = r->head[0], second = r->head[1];

	if ((first & RESERVED) != 0 || (second & MASKED) == 0)
		return false;
	switch (first & OPCODE) {
	case FRAME_CONTINUATION:
		return r->in_message;
	case FRAME_BINARY:
		return !r->in_message;
	case FRAME_CLOSE:
	case FRAME_PING:
	case FRAME_PONG:
		return (first & FIN) != 0 && (second & LENGTH) <= FRAME_CONTROL;
	default:                                // text is nothing that VNC sends
		return false;
	}
}

// A length has one form only, the shortest, and 63 bits (5.2).
static bool
length_is_good(const uint8_t *head, uint64_t length)
{
	switch (head[1] & LENGTH) {
	case 126:
		return length > FRAME_CONTROL;
	case 127:
		return length > UINT16_MAX && length >> 63 == 0;
	default:
		return true;
	}
}

// Collects a head; false when the frame is not allowed.
static bool
read_head(struct frame_reader *r, struct frame_bytes *in)
{
	while (in->len > 0 && !r->in_payload) {
		r->head[r->have++] = *in->at++;
		in->len--;
		if (r->have == 2 && !start_is_good(r))
			return false;
		if (r->have < 2 || r->have < head_length(r->head))
			continue;
		r->left = payload_length(r->head);
		if (!length_is_good(r->head, r->left))
			return false;
		r->in_payload = true;
		r->mask_at = r->control_len = 0;
	}
	return true;
}

static void
unmask(struct frame_reader *r, uint8_t *bytes, size_t len)
{
	const uint8_t *mask = r->head + r->have - 4;

	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= mask[r->mask_at];
		r->mask_at = (r->mask_at + 1) & 3;
	}
}

// Some or all of the payload of the frame whose head is there.
static enum frame_what
read_payload(struct frame_reader *r, struct frame_bytes *in, struct frame_bytes *data)
{
	enum frame_opcode opcode = r->head[0] & OPCODE;
	size_t n = in->len < r->left ? in->len : (size_t)r->left;

	unmask(r, in->at, n);
	*data = (struct frame_bytes){ in->at, n };
	in->at += n, in->len -= n;
	r->left -= n;
	if (opcode == FRAME_PING) {
		memcpy(r->control + r->control_len, data->at, n);
		r->control_len += (unsigned)n;
	}
	if (r->left == 0) {
		r->in_payload = false;
		r->have = 0;
		if (opcode <= FRAME_BINARY)
			r->in_message = (r->head[0] & FIN) == 0;
	}
	if (opcode <= FRAME_BINARY)
		return n > 0 ? FRAME_DATA : FRAME_MORE;
	if (r->left > 0 || opcode == FRAME_PONG)
		return FRAME_MORE;
	return opcode == FRAME_PING ? FRAME_PINGED : FRAME_CLOSED;
}

enum frame_what
frame_read(struct frame_reader *r, struct frame_bytes *in, struct frame_bytes *data)
{
	for (;;) {
		if (!r->in_payload && !read_head(r, in))
			return FRAME_BROKEN;
		// a frame without payload is complete with its head
		if (!r->in_payload || (in->len == 0 && r->left > 0))
			return FRAME_MORE;
		enum frame_what what = read_payload(r, in, data);
		if (what != FRAME_MORE)
			return what;
	}
}

size_t
frame_head(uint8_t head[FRAME_HEAD_OURS], enum frame_opcode opcode, size_t len)
{
	unsigned bytes = len > UINT16_MAX ? 8 : len > FRAME_CONTROL ? 2 : 0;

	head[0] = (uint8_t)(FIN | opcode);
	head[1] = (uint8_t)(bytes == 8 ? 127 : bytes == 2 ? 126 : len);
	for (unsigned i = 0; i < bytes; i++)
		head[2 + i] = (uint8_t)(len >> 8 * (bytes - 1 - i));
	return 2 + bytes;
}
