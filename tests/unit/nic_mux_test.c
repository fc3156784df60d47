// SPDX-License-Identifier: MIT
// nic-mux rule by rule, and against hostile clients.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/unit/nic_mux_world.h"

static struct world w;

static int
setup(void **state)
{
	(void)state;
	world_init(&w, 3);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_fini(&w);
	return 0;
}

// Exactly these ports (a bit each) receive the one frame under way.
static void
expect(unsigned ports, uint32_t id)
{
	mux_run(&w.mux);
	for (unsigned i = 0; i < PORTS; i++) {
		assert_int_equal(world_receive(&w, i), ports >> i & 1 ? id : 0);
		assert_int_equal(world_receive(&w, i), 0);
	}
}

static void
test_rules(void **state)
{
	(void)state;
	world_send(&w, WIRE, 1, 77, 1), expect(1 << 1, 1);
	world_send(&w, WIRE, 50, 77, 2), expect(0, 2);                  // nobody's
	world_send(&w, WIRE, GROUP, 77, 3), expect(7, 3);
	world_send(&w, 0, 50, 0, 4), expect(1 << WIRE, 4);
	world_send(&w, 0, 2, 0, 5), expect(1 << 2, 5);                  // not the wire
	world_send(&w, 0, GROUP, 0, 6), expect(1 << WIRE | 1 << 1 | 1 << 2, 6);
	world_send(&w, 0, 0, 0, 7), expect(0, 7);                       // to itself
	world_send(&w, 0, 50, 1, 8), expect(0, 8);                      // as another client
	world_send(&w, 0, 2, 77, 9), expect(0, 9);                      // as a stranger
	world_send(&w, 0, GROUP, GROUP, 10), expect(0, 10);
	assert_int_equal(w.mux.client[0].stats.bad, 3);
	assert_int_equal(w.mux.client[0].stats.sent, 4);
	assert_int_equal(w.mux.client[2].stats.received, 3);
	assert_int_equal(w.mux.client[2].stats.received_bytes, 3 * 60);
	assert_int_equal(w.mux.wire.stats.received, 2);
	// a client's number beyond `count` is nobody's
	world_send(&w, WIRE, 5, 77, 11), expect(0, 11);
}

static void
test_multicast(void **state)
{
	uint8_t frame[60] = { 0x01, 0x00, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 1, 8, 0, 42 };

	(void)state;
	net_put(&w.to[1], frame, sizeof frame);
	expect(1 << WIRE | 1 << 0 | 1 << 2, 42);
}

static void
test_full_client_loses(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 2; n++) {
		for (uint32_t i = 1; i <= NET_SLOTS; i++)
			assert_true(world_send(&w, WIRE, 0, 77, n * NET_SLOTS + i));
		mux_run(&w.mux);
	}
	assert_int_equal(w.mux.client[0].stats.full, NET_SLOTS);
	assert_int_equal(w.mux.client[0].stats.received, NET_SLOTS);
	// others do not notice
	world_send(&w, WIRE, GROUP, 77, 1000);
	mux_run(&w.mux);
	assert_int_equal(world_receive(&w, 1), 1000);
	for (uint32_t i = 1; i <= NET_SLOTS; i++)
		assert_int_equal(world_receive(&w, 0), i);
	assert_int_equal(world_receive(&w, 0), 0);
}

// One client fills its ring as fast as it can, the other sends as much as it
// gets through: the wire, which takes a few frames at a time, is shared evenly.
static void
test_fair_under_flood(void **state)
{
	unsigned sent[2] = { 0 }, got[3] = { 0 };

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		for (unsigned i = 0; i < 2; i++)
			while (world_send(&w, i, 50, i, i + 1))
				sent[i]++;
		mux_run(&w.mux);
		for (unsigned i = 0; i < 5; i++)
			got[world_receive(&w, WIRE)]++;
	}
	assert_int_equal(got[0], 0);
	assert_int_equal(got[1] + got[2], 2500);
	assert_true(got[1] - got[2] + 1 <= 2);
	assert_int_equal(w.mux.client[0].stats.full, 0);
	assert_int_equal(w.mux.wire.stats.full, 0);      // nothing was lost on the way
	// a client that sends little gets through at once, in spite of the flood
	while (world_receive(&w, WIRE) != 0)
		;
	world_send(&w, 2, 50, 2, 9);
	world_send(&w, 2, 50, 2, 9);
	mux_run(&w.mux);
	unsigned after[10] = { 0 };
	for (unsigned i = 0; i < 6; i++)
		after[world_receive(&w, WIRE)]++;
	assert_int_equal(after[9], 2);
}

// One round does not more than a ring-full for each, whatever the indices say.
static void
test_bounded(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		atomic_store(&w.rings[i][0]->tail, NET_SLOTS);
		memset(w.rings[i][0]->slot, 0xff, sizeof w.rings[i][0]->slot);
	}
	mux_run(&w.mux);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(w.mux.client[i].stats.bad, NET_SLOTS);
	atomic_store(&w.rings[0][0]->tail, 0x7fffffff);
	mux_run(&w.mux);
	assert_int_equal(w.mux.client[0].stats.broken, 1);
	w.to[1].index = NET_SLOTS;
	world_send(&w, 1, 2, 1, 3);             // still in order for others
	expect(1 << 2, 3);
}

// A client writes at random all over its rings; two others talk unharmed.
static void
test_hostile_client(void **state)
{
	(void)state;
	srand(1);
	for (uint32_t n = 1; n <= 3000; n++) {
		for (unsigned d = 0; d < 2; d++) {
			uint32_t *words = (uint32_t *)(void *)w.rings[0][d];

			words[0] = (uint32_t)rand() >> rand() % 32;
			words[16] = (uint32_t)rand() >> rand() % 32;
			for (unsigned i = 0; i < 64; i++)
				words[(unsigned)rand() % (NET_RING / 4)] = (uint32_t)rand();
		}
		assert_true(world_send(&w, 1, 2, 1, n));
		mux_run(&w.mux);
		assert_int_equal(world_receive(&w, 2), n);
		assert_int_equal(world_receive(&w, 2), 0);
		assert_int_equal(world_receive(&w, WIRE), 0);
	}
	assert_true(w.mux.client[0].stats.broken > 100 && w.mux.client[0].stats.bad > 100);
	assert_int_equal(w.mux.client[0].stats.sent, 0);
}

// The driver is not trusted: its rings are full of nonsense, and frames from
// client to client arrive all the same, and only they.
static void
test_hostile_driver(void **state)
{
	(void)state;
	srand(2);
	for (uint32_t n = 1; n <= 3000; n++) {
		for (unsigned d = 0; d < 2; d++) {
			uint32_t *words = (uint32_t *)(void *)w.rings[WIRE][d];

			words[0] = (uint32_t)rand() >> rand() % 32;
			words[16] = (uint32_t)rand() >> rand() % 32;
			for (unsigned i = 0; i < 64; i++)
				words[1024 + (unsigned)rand() % (NET_RING / 4 - 1024)] =
					(uint32_t)rand();
		}
		// while it says that it has no room, nobody sends
		w.rings[WIRE][1]->head = w.mux.wire.out.index - (n % 3 == 0 ? NET_SLOTS : 0);
		assert_true(world_send(&w, 1, 2, 1, n));
		mux_run(&w.mux);
		if (n % 3 == 0) {
			assert_int_equal(world_receive(&w, 2), 0);
			w.rings[WIRE][1]->head = w.mux.wire.out.index;
			mux_run(&w.mux);
		}
		assert_int_equal(world_receive(&w, 2), n);
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(world_receive(&w, i), 0);
	}
	assert_true(w.mux.wire.stats.broken > 100 && w.mux.wire.stats.bad > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rules, setup, teardown),
		cmocka_unit_test_setup_teardown(test_multicast, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_client_loses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fair_under_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_client, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_driver, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
