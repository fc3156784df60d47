// SPDX-License-Identifier: MIT
// The rings of the packet session, with an honest and a lying peer, and with
// sides that start anew.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <session/packet.h>

static struct packet_ring *ring;        // on the heap: its bounds are checked
static struct packet_end p, c;
static uint8_t out[PACKET_MAX], *in;

static int
setup(void **state)
{
	(void)state;
	ring = calloc(1, sizeof *ring);
	in = malloc(PACKET_MAX);
	if (ring == NULL || in == NULL)
		return -1;
	p = packet_producer(ring);
	c = packet_consumer(ring);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(ring);
	free(in);
	return 0;
}

static uint32_t
random_number(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (uint32_t)(state >> 16);
}

// Mostly small, some of any length; told by the number alone.
static uint32_t
size_of(uint32_t n)
{
	n = n * 2654435761u >> 8;
	return n % 8 == 0 ? 1 + n % PACKET_MAX : 1 + n % 1500;
}

static void
test_order_and_content(void **state)
{
	uint32_t put = 0, got = 0, full = 0, used = 0;

	(void)state;
	ring->head = ring->tail = 0xffff0000u;  // the indices wrap on the way
	p = packet_producer(ring), c = packet_consumer(ring);
	for (unsigned step = 0; step < 40000; step++) {
		if (random_number() % 8 < (step / 200 % 2 ? 3u : 5u)) {
			struct packet head = { size_of(put), put, ~put, (uint16_t)put, 7 };
			bool room = packet_record(head.length) <= PACKET_AREA - used;

			memset(out, (int)put, head.length);
			assert_int_equal(packet_put(&p, &head, out), room);
			used += room ? packet_record(head.length) : 0;
			put += room, full += !room;
		} else if (put == got) {
			struct packet head;

			assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_NOTHING);
		} else {
			struct packet head;

			assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_GOT);
			assert_int_equal(head.length, size_of(got));
			assert_int_equal(head.local, got);
			assert_int_equal(head.remote, ~got);
			assert_int_equal(head.local_port, (uint16_t)got);
			assert_int_equal(head.remote_port, 7);
			for (uint32_t i = 0; i < head.length; i++)
				assert_int_equal(in[i], (uint8_t)got);
			used -= packet_record(head.length);
			got++;
		}
	}
	assert_true(full > 1000 && got > 10000);
}

static void
test_lengths(void **state)
{
	static const uint32_t bad[] = { 0, PACKET_MAX + 1, 0x80000000u, 0xffffffffu };
	struct packet head;

	(void)state;
	for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		head = (struct packet){ .length = bad[i] };
		assert_false(packet_put(&p, &head, out));
	}
	head = (struct packet){ .length = PACKET_MAX };
	assert_true(packet_put(&p, &head, out));
	assert_int_equal(packet_get(&c, &head, in, PACKET_MAX - 1), PACKET_BROKEN);
	assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_NOTHING);
	head = (struct packet){ .length = 1500 };
	assert_true(packet_put(&p, &head, out));
	assert_int_equal(packet_get(&c, &head, in, 1500), PACKET_GOT);
}

// Whatever is in the shared memory: no access outside (ASan), no packet longer
// than told, and after the truth is back it works again.
static void
test_lying_peer(void **state)
{
	unsigned broken = 0, got = 0;
	struct packet head;

	(void)state;
	for (unsigned round = 0; round < 200000; round++) {
		uint32_t *words = (uint32_t *)(void *)ring;

		ring->head = random_number() >> random_number() % 32;
		ring->tail = random_number() % 2 ? random_number() >> random_number() % 32
		           : c.index + random_number() % PACKET_AREA / 16 * 16;
		for (unsigned i = 0; i < 8; i++)
			words[random_number() % (sizeof *ring / 4)] =
				random_number() >> random_number() % 32;
		head = (struct packet){ .length = 1 + random_number() % 3000 };
		(void)packet_put(&p, &head, out);
		switch (packet_get(&c, &head, in, PACKET_MAX)) {
		case PACKET_GOT:
			assert_in_range(head.length, 1, PACKET_MAX);
			got++;
			break;
		case PACKET_BROKEN:
			broken++;
			// once is enough: the consumer does not spin
			assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_NOTHING);
			break;
		default:
			break;
		}
		if (round % 1000 == 0) {        // one side or both start anew
			p = packet_producer(ring);
			if (round % 2000 == 0)
				c = packet_consumer(ring);
		}
	}
	assert_true(broken > 10000 && got > 1000);
	c = packet_consumer(ring), p = packet_producer(ring);
	head = (struct packet){ .length = 100 };
	assert_true(packet_put(&p, &head, out));
	assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_GOT);
}

// A side that starts anew loses what was under way, and no more.
static void
test_start_anew(void **state)
{
	struct packet head = { .length = 333 };

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_true(packet_put(&p, &head, out));
		assert_true(packet_put(&p, &head, out));
		p = packet_producer(ring);
		assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_GOT);
		c = packet_consumer(ring);
		assert_int_equal(packet_get(&c, &head, in, PACKET_MAX), PACKET_NOTHING);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_content, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lengths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lying_peer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_start_anew, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
