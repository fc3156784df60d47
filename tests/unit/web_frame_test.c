// SPDX-License-Identifier: MIT
// tools/web: a client's WebSocket frames, in whatever pieces and of whatever kind.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/web/frame.h"

enum { STREAM = 4096, ROUNDS = 200000 };

// What a stream of frames means: payload, pings and how it ends.
struct meaning {
	uint8_t data[STREAM];
	size_t len;
	unsigned pings;
	uint8_t ping[FRAME_CONTROL];
	unsigned ping_len;
	enum frame_what end;
};

// Reads a stream cut into pieces of at most `piece` bytes, each exactly as large
// as it is, so that the sanitizer sees every step beyond.
static void
understand(const uint8_t *stream, size_t len, size_t piece, struct meaning *m)
{
	struct frame_reader r = { 0 };

	*m = (struct meaning){ .end = FRAME_MORE };
	for (size_t at = 0; at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;
		uint8_t *bytes = malloc(n);
		struct frame_bytes in = { bytes, n }, data;

		memcpy(bytes, stream + at, n);
		while ((m->end = frame_read(&r, &in, &data)) != FRAME_MORE) {
			if (m->end == FRAME_DATA) {
				assert_true(data.len > 0 && data.at >= bytes);
				assert_true(data.at + data.len <= bytes + n);
				memcpy(m->data + m->len, data.at, data.len);
				m->len += data.len;
			} else if (m->end == FRAME_PINGED) {
				assert_true(r.control_len <= FRAME_CONTROL);
				memcpy(m->ping, r.control, r.control_len);
				m->ping_len = r.control_len;
				m->pings++;
			} else {
				free(bytes);
				return;
			}
		}
		assert_int_equal(in.len, 0);
		free(bytes);
	}
}

// A frame as a client makes it; returns what follows it.
static uint8_t *
put(uint8_t *at, unsigned first, const void *payload, size_t len)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	uint8_t head[FRAME_HEAD_OURS];
	size_t head_len = frame_head(head, FRAME_BINARY, len);

	head[0] = (uint8_t)first;
	head[1] |= 0x80;
	memcpy(at, head, head_len);
	memcpy(at + head_len, mask, 4);
	at += head_len + 4;
	for (size_t i = 0; i < len; i++)
		at[i] = ((const uint8_t *)payload)[i] ^ mask[i & 3];
	return at + len;
}

static void
good(void **state)
{
	// "Hello", masked: RFC 6455, 5.7, as binary
	static const uint8_t hello[] = {
		0x82, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
	};
	static uint8_t stream[STREAM], long_one[1000];
	static struct meaning m;
	uint8_t *end = stream;

	(void)state;
	memset(long_one, 'l', sizeof(long_one));
	memcpy(end, hello, sizeof(hello));
	end = put(end + sizeof(hello), 0x02, " wo", 3);
	end = put(end, 0x89, "ping", 4);                // between the parts of a message
	end = put(end, 0x00, "", 0);
	end = put(end, 0x8a, "nobody asked", 12);
	end = put(end, 0x80, "rld", 3);
	end = put(end, 0x82, long_one, 125);
	end = put(end, 0x82, long_one, 126);
	end = put(end, 0x82, long_one, 1000);
	end = put(end, 0x89, long_one, 125);
	end = put(end, 0x88, "\x03\xe8", 2);
	end = put(end, 0x82, "after the end", 13);
	for (size_t piece = 1; piece < 300; piece++) {
		understand(stream, (size_t)(end - stream), piece, &m);
		assert_int_equal(m.end, FRAME_CLOSED);
		assert_int_equal(m.len, 11 + 125 + 126 + 1000);
		assert_memory_equal(m.data, "Hello world", 11);
		assert_memory_equal(m.data + 11 + 251, long_one, 1000);
		assert_int_equal(m.pings, 2);
		assert_int_equal(m.ping_len, 125);
		assert_memory_equal(m.ping, long_one, 125);
	}
}

static void
bad(void **state)
{
	static const struct { uint8_t bytes[14]; size_t len; } streams[] = {
		{ { 0x82, 0x05 }, 2 },                                  // not masked
		{ { 0x81, 0x80 }, 2 },                                  // text
		{ { 0x80, 0x80 }, 2 },                                  // nothing to continue
		// a message within another
		{ { 0x02, 0x80, 1, 2, 3, 4, 0x82, 0x80 }, 8 },
		// reserved bits and opcodes
		{ { 0xc2, 0x80 }, 2 }, { { 0xa2, 0x80 }, 2 }, { { 0x92, 0x80 }, 2 },
		{ { 0x83, 0x80 }, 2 }, { { 0x87, 0x80 }, 2 }, { { 0x8b, 0x80 }, 2 },
		// control frames in parts, and too long
		{ { 0x09, 0x80 }, 2 }, { { 0x08, 0x80 }, 2 }, { { 0x0a, 0x80 }, 2 },
		{ { 0x89, 0xfe }, 2 }, { { 0x88, 0xff }, 2 }, { { 0x8a, 0xfe }, 2 },
		// lengths in a form too long, and of 64 bits
		{ { 0x82, 0xfe, 0, 125, 1, 2, 3, 4 }, 8 },
		{ { 0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4 }, 14 },
		{ { 0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4 }, 14 },
	};
	static struct meaning m;

	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		for (size_t piece = 1; piece <= streams[i].len; piece++) {
			understand(streams[i].bytes, streams[i].len, piece, &m);
			assert_int_equal(m.end, FRAME_BROKEN);
			assert_int_equal(m.len, 0);
		}
		// not before the byte that makes it so
		understand(streams[i].bytes, streams[i].len - 1, 1, &m);
		assert_int_equal(m.end, FRAME_MORE);
	}
}

// An announced length costs nothing and is no promise.
static void
endless(void **state)
{
	static const uint8_t head[] = {
		0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
	};
	static uint8_t stream[STREAM];
	static struct meaning m;

	(void)state;
	memset(stream, 'x', sizeof(stream));
	memcpy(stream, head, sizeof(head));
	understand(stream, sizeof(stream), 1000, &m);
	assert_int_equal(m.end, FRAME_MORE);
	assert_int_equal(m.len, sizeof(stream) - sizeof(head));
}

static void
heads(void **state)
{
	uint8_t head[FRAME_HEAD_OURS];

	(void)state;
	assert_int_equal(frame_head(head, FRAME_PONG, 125), 2);
	assert_memory_equal(head, "\x8a\x7d", 2);
	assert_int_equal(frame_head(head, FRAME_BINARY, 126), 4);
	assert_memory_equal(head, "\x82\x7e\x00\x7e", 4);
	assert_int_equal(frame_head(head, FRAME_BINARY, 65535), 4);
	assert_memory_equal(head, "\x82\x7e\xff\xff", 4);
	assert_int_equal(frame_head(head, FRAME_BINARY, 65536), 10);
	assert_memory_equal(head, "\x82\x7f\0\0\0\0\0\1\0\0", 10);
}

static uint64_t seed = 0x9e3779b97f4a7c15;

static unsigned
chance(unsigned n)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

// Streams of frames with a few bytes changed: they mean the same in all pieces.
static void
random_streams(void **state)
{
	static const uint8_t firsts[] = { 0x82, 0x02, 0x00, 0x80, 0x89, 0x8a, 0x82, 0x02 };
	static uint8_t stream[STREAM], text[400];
	static struct meaning whole, cut;
	unsigned ends[FRAME_BROKEN + 1] = { 0 };

	(void)state;
	for (int round = 0; round < ROUNDS / 20; round++) {
		uint8_t *end = stream;

		for (unsigned n = chance(6) + 1; n > 0; n--) {
			uint8_t first = firsts[chance(sizeof(firsts))];
			end = put(end, first, text, chance(first & 8 ? 126 : sizeof(text)));
		}
		for (unsigned n = chance(4); n > 0; n--)
			stream[chance((unsigned)(end - stream))] ^= (uint8_t)(1 << chance(8));
		understand(stream, (size_t)(end - stream), STREAM, &whole);
		understand(stream, (size_t)(end - stream), 1 + chance(40), &cut);
		assert_int_equal(whole.end, cut.end);
		assert_int_equal(whole.len, cut.len);
		assert_int_equal(whole.pings, cut.pings);
		assert_memory_equal(whole.data, cut.data, whole.len);
		ends[whole.end]++;
	}
	// each way to end has been seen
	assert_true(ends[FRAME_MORE] > 100 && ends[FRAME_BROKEN] > 100 && ends[FRAME_CLOSED] > 0);
}

// Bytes of any kind.
static void
noise(void **state)
{
	static uint8_t stream[64];
	static struct meaning m;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = 1 + chance(sizeof(stream));

		for (size_t i = 0; i < len; i++)
			stream[i] = (uint8_t)chance(256);
		stream[0] = chance(2) ? 0x82 : stream[0];
		stream[1] |= chance(8) ? 0x80 : 0;
		understand(stream, len, 1 + chance(8), &m);
		assert_true(m.len <= len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(endless),
		cmocka_unit_test(heads),
		cmocka_unit_test(random_streams),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
