// SPDX-License-Identifier: MIT
// IKE against itself: what others ask of it, floods, no randomness, nobody at the other
// end, both sides at the same time, and what stays behind.
#include "tests/unit/ike_world.h"

static struct world w;

static void
test_outside(void **state)
{
	struct node *n = &w.node[0];
	uint64_t handle = 0;

	(void)state;
	world_init(&w, PLAIN & ~(uint32_t)IKE_INITIATE);
	world_run(&w, MINUTE);
	assert_int_equal(w.sent, 0);
	ike_acquire(n->ike, 0x0a030001, 0x0a020001, w.now);     // not ours
	world_run(&w, MINUTE);
	assert_int_equal(w.sent, 0);
	ike_acquire(n->ike, 0x0a010001, 0x0a020001, w.now);
	assert_true(world_run_until_agreed(&w, 2000));
	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle != 0 && n->sa[i].sa.direction == SA_OUT)
			handle = n->sa[i].handle;
	ike_tell(n->ike, SA_EVENT_SOFT, handle, w.now);
	world_run(&w, 1000);
	assert_true(world_agreed(&w));
	assert_int_equal(n->events[CHILD_REKEYED], 1);
	// whoever does ESP forgets: new keys, never the old ones again
	memset(n->sa, 0, sizeof n->sa);
	ike_tell(n->ike, SA_EVENT_NONE_LEFT, 0, w.now);
	assert_true(world_run_until_agreed(&w, MINUTE));
	// one has ended by itself
	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle != 0 && n->sa[i].sa.direction == SA_IN)
			handle = n->sa[i].handle, n->sa[i].handle = 0;
	ike_tell(n->ike, SA_EVENT_HARD, handle, w.now);
	world_run(&w, 1000);
	ike_acquire(n->ike, 0x0a010001, 0x0a020001, w.now);
	assert_true(world_run_until_agreed(&w, MINUTE));
	// soft and hard of what is not ours
	ike_tell(n->ike, SA_EVENT_SOFT, 4711, w.now);
	ike_tell(n->ike, SA_EVENT_HARD, 0, w.now);
	assert_true(world_agreed(&w));
}

// First messages from many ports: nothing but cookies for them, and who really
// wants something gets through.
static void
test_flood(void **state)
{
	const struct ike_path path = { 0xc0000202, 0xc0000201, 500, 500 };
	uint8_t bytes[IKE_MESSAGE_MAX];
	struct ike_sa *sa;

	(void)state;
	world_init(&w, PLAIN);
	world_restart(&w, 0), world_restart(&w, 1);
	ike_tick(w.node[0].ike, w.now);                         // makes a first message
	sa = &w.node[0].ike->sa[0];
	for (unsigned i = 0; i < 1000; i++) {
		memcpy(bytes, sa->first[0].at, sa->first[0].n);
		memcpy(bytes, &i, sizeof i);                    // another SPI
		ike_datagram(w.node[1].ike, &path, bytes, sa->first[0].n, w.now);
		ike_tick(w.node[1].ike, w.now);
	}
	assert_int_equal(ike_status(w.node[1].ike, world_peer(&w, 1)).half_open, COOKIE_FROM);
	assert_int_equal(world_refused(&w, 1, REFUSED_COOKIE), 1000 - COOKIE_FROM);
	memset(w.under_way, 0, sizeof w.under_way);
	assert_true(world_run_until_agreed(&w, 5000));
	assert_true(world_refused(&w, 0, REFUSED_ERROR) == 0);
	world_run(&w, MINUTE);
	assert_int_equal(ike_status(w.node[1].ike, world_peer(&w, 1)).half_open, 0);
}

// Whoever has no random numbers, or no memory, makes no keys.
static void
test_no_random(void **state)
{
	(void)state;
	for (unsigned node = 0; node < 2; node++) {
		world_init(&w, PLAIN);
		w.node[node].no_random = true;
		world_run(&w, MINUTE);
		assert_true(world_refused(&w, node, REFUSED_RANDOM) > 0);
		assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
		w.node[node].no_random = false;
		assert_true(world_run_until_agreed(&w, 3 * MINUTE));
		w.node[node].no_install = true;
		ike_rekey(w.node[1].ike, world_peer(&w, 1), true, w.now);
		world_run(&w, 2 * MINUTE);
		w.node[node].no_install = false;
		assert_true(world_run_until_agreed(&w, 5 * MINUTE));
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

// Both connect to the other one at the same time.
static void
test_both_initiate(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		world_init(&w, PLAIN);
		w.random = i;
		w.delay = 40;
		w.node[1].config.peer[0].flags |= IKE_INITIATE;
		assert_true(world_run_until_agreed(&w, MINUTE));
		world_run(&w, 2 * MINUTE);
		assert_true(world_agreed(&w));
		assert_int_equal(ike_status(w.node[0].ike, world_peer(&w, 0)).up, 1);
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

// A request is sent six times, after waits of 1, 2, 4, 8, 16 s, and given up 32 s later; the
// next attempt then waits about a second.
static void
test_no_answer(void **state)
{
	static const uint64_t sent_at[] = { 1000, 3000, 7000, 15000, 31000 };

	(void)state;
	world_init(&w, PLAIN);
	w.node[1].absent = true;
	world_run(&w, 0);
	for (unsigned i = 0; i < sizeof sent_at / sizeof sent_at[0]; i++) {
		world_run(&w, 1000 + sent_at[i] - 1 - w.now);
		assert_int_equal(w.sent, i + 1);
		world_run(&w, 1);
		assert_int_equal(w.sent, i + 2);
	}
	world_run(&w, 1000 + 63000 + 800 - 1 - w.now);
	assert_int_equal(w.sent, 6);
	assert_int_equal(w.node[0].events[IKE_SILENT], 1);
	world_run(&w, 200 + 1);
	assert_int_equal(w.sent, 7);
}

// Without room for another SA, a connection is not tried at each tick.
static void
test_no_room(void **state)
{
	struct ike *ike;

	(void)state;
	world_init(&w, PLAIN);
	world_restart(&w, 0), world_restart(&w, 1);
	ike = w.node[0].ike;
	for EACH_SA(ike, sa)
		sa->state = INIT_SENT, sa->peer = NOBODY;
	assert_in_range(ike_tick(ike, w.now), w.now + 800, w.now + 1000);
	world_run(&w, MINUTE);
	assert_int_equal(w.sent, 0);
	for EACH_SA(ike, sa)
		sa->state = FREE;
	assert_true(world_run_until_agreed(&w, 5 * MINUTE + 1000));
}

// A new SPI is none that an SA, one that is being made, or one for ESP has.
static void
test_new_numbers(void **state)
{
	struct ike_sa *sa;
	struct ike *ike;

	(void)state;
	world_init(&w, PLAIN);
	world_restart(&w, 0), world_restart(&w, 1);
	ike = w.node[0].ike, sa = &ike->sa[SAS - 1];
	uint64_t random = w.random, spi = spi_new(ike, 4);

	for (unsigned i = 0; i < 3; i++) {
		w.random = random;
		assert_true(spi_new(ike, 4) == spi);
		sa->spi[0] = i == 0 ? spi : 0;
		sa->pending.offered.spi = i == 1 ? spi : 0;
		sa->child[CHILDREN - 1].spi_in = i == 2 ? (uint32_t)spi : 0;
		w.random = random;
		assert_true(spi_new(ike, 4) != spi);
		memset(sa, 0, sizeof *sa);
	}
}

// Secrets of an exchange, of each kind, are not left on the stack.
static void
test_nothing_left(void **state)
{
	(void)state;
	world_init(&w, PLAIN | IKE_PFS);
	w.look_behind = true;
	assert_true(world_run_until_agreed(&w, 2000));
	ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
	world_run(&w, 1000);
	assert_int_equal(w.node[0].events[CHILD_REKEYED], 1);
	ike_rekey(w.node[0].ike, world_peer(&w, 0), false, w.now);
	world_run(&w, 1000);
	assert_int_equal(w.node[0].events[IKE_REKEYED], 1);
	assert_true(world_agreed(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(test_outside),
		world_test(test_flood),
		world_test(test_no_random),
		world_test(test_both_initiate),
		world_test(test_no_answer),
		world_test(test_no_room),
		world_test(test_new_numbers),
		world_test(test_nothing_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
