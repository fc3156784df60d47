// SPDX-License-Identifier: MIT
// IKE against itself: connecting, refusing, replacing keys, ending; rule by rule.
#include "tests/unit/ike_world.h"

enum {
	PLAIN = IKE_INITIATE | IKE_AES256 | IKE_AES128 | IKE_X25519 | IKE_P256,
	MINUTE = 60000,
};

static struct world w;

static int
teardown(void **state)
{
	(void)state;
	world_fini(&w);
	return 0;
}

static uint64_t
refused(unsigned node, enum ike_refusal why)
{
	return ike_refused(w.node[node].ike)[why];
}

static uint64_t
refused_in_all(unsigned node)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < REFUSALS; i++)
		n += refused(node, (enum ike_refusal)i);
	return n;
}

static void
test_connect(void **state)
{
	const struct sa *sa;

	(void)state;
	world_init(&w, PLAIN | IKE_ESN);
	assert_true(world_run_until_agreed(&w, 2000));
	assert_int_equal(refused_in_all(0) + refused_in_all(1), 0);
	assert_int_equal(w.sent, 4);
	sa = world_newest(&w.node[0], SA_OUT);
	assert_int_equal(sa->flags, SA_ESN);
	assert_int_equal(sa->key_bytes, 32);
	assert_int_equal(sa->inner_local.first, 0x0a010000);
	assert_int_equal(sa->inner_remote.last, 0x0a0200ff);
	assert_int_equal(w.node[1].events[IKE_UP], 1);
	assert_int_equal(w.node[1].events[CHILD_UP], 1);
	// quiet, but for the replacement of keys
	world_run(&w, 10 * MINUTE);
	assert_int_equal(w.sent, 4);
}

static void
test_algorithms(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].flags = IKE_AES128 | IKE_P256;
	assert_true(world_run_until_agreed(&w, 2000));
	assert_int_equal(refused(1, REFUSED_GROUP), 1);         // X25519 first, then P-256
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->key_bytes, 16);
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->flags, 0);
	world_fini(&w);

	world_init(&w, IKE_INITIATE | IKE_AES128 | IKE_P256);
	w.node[1].config.peer[0].flags = IKE_AES256 | IKE_X25519;
	world_run(&w, MINUTE);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
	assert_true(refused(1, REFUSED_PROPOSAL) > 1);
	assert_true(refused(0, REFUSED_ERROR) > 1);
}

static void
test_selectors(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].inner_remote = (struct sa_range){ 0, UINT32_MAX };
	w.node[1].config.peer[0].inner_remote = (struct sa_range){ 0x0a010080, 0x0a0200ff };
	assert_true(world_run_until_agreed(&w, 2000));
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->inner_local.first, 0x0a010080);
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->inner_local.last, 0x0a0100ff);
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->inner_remote.first, 0x0a020000);
	world_fini(&w);

	world_init(&w, PLAIN);
	w.node[1].config.peer[0].inner_local = (struct sa_range){ 1, 2 };
	world_run(&w, MINUTE);
	assert_true(refused(1, REFUSED_SELECTOR) > 0);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
}

static void
test_wrong_key(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].psk[3] ^= 1;
	world_run(&w, MINUTE);
	assert_true(refused(1, REFUSED_KEY) > 0);
	assert_true(refused(0, REFUSED_ERROR) > 0);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
	assert_int_equal(w.node[0].events[IKE_UP] + w.node[1].events[IKE_UP], 0);
}

static void
test_wrong_name(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].local_id.bytes[0] = 'R';
	world_run(&w, MINUTE);
	assert_true(refused(1, REFUSED_NAME) > 0);
	assert_int_equal(w.node[0].events[IKE_UP] + w.node[1].events[IKE_UP], 0);
	world_fini(&w);

	// the responder knows the key, but is somebody else
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].local_id.bytes[4] = 'c';
	world_run(&w, MINUTE);
	assert_true(refused(1, REFUSED_NAME) > 0);              // it is not who we look for
	assert_int_equal(w.node[0].events[IKE_UP] + w.node[1].events[IKE_UP], 0);
}

static void
test_stranger(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].remote = 0x01020304;
	world_run(&w, MINUTE);
	assert_true(refused(1, REFUSED_STRANGER) > 1);
	assert_int_equal(w.node[1].events[IKE_UP], 0);
	assert_true(w.node[0].events[IKE_SILENT] <= 1);
}

static void
test_nat(void **state)
{
	const struct sa *sa;

	(void)state;
	world_init(&w, PLAIN);
	w.node[0].nat = true;
	w.node[1].config.peer[0].remote = 0;
	assert_true(world_run_until_agreed(&w, 2000));
	sa = world_newest(&w.node[1], SA_OUT);
	assert_int_equal(sa->flags, SA_UDP);
	assert_int_equal(sa->local_port, 4500);
	assert_int_equal(sa->remote_port, 14500);
	assert_int_equal(sa->remote, 0xcb007109);
	uint64_t before = w.sent;
	world_run(&w, MINUTE + 1000);
	assert_int_equal(w.sent - before, 3);                   // keep-alives
	world_fini(&w);

	// no NAT, but wanted: both without and with the peer's consent
	world_init(&w, PLAIN | IKE_ENCAP);
	w.node[1].config.peer[0].flags &= ~(uint32_t)IKE_ENCAP;
	assert_true(world_run_until_agreed(&w, 2000));
	assert_int_equal(world_newest(&w.node[1], SA_OUT)->flags, SA_UDP);
	assert_int_equal(world_newest(&w.node[1], SA_OUT)->remote_port, 4500);
}

static void
test_rekey_child(void **state)
{
	(void)state;
	for (unsigned node = 0; node < 4; node++) {             // with and without PFS
		world_init(&w, PLAIN | (node >= 2 ? IKE_PFS : 0));
		assert_true(world_run_until_agreed(&w, 2000));
		uint32_t spi = world_newest(&w.node[0], SA_OUT)->spi;
		ike_rekey(w.node[node & 1].ike, world_peer(&w, node & 1), true, w.now);
		world_run(&w, 1000);
		assert_true(world_agreed(&w));
		assert_int_not_equal(world_newest(&w.node[0], SA_OUT)->spi, spi);
		assert_int_equal(refused_in_all(0) + refused_in_all(1), 0);
		assert_int_equal(w.node[0].events[CHILD_DOWN], 0);
		world_fini(&w);
	}
	// PFS on one side only: the other side's attempt without is refused
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].flags |= IKE_PFS;
	assert_true(world_run_until_agreed(&w, 2000));
	ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
	world_run(&w, 1000);
	assert_int_equal(refused(1, REFUSED_PROPOSAL), 1);
	ike_rekey(w.node[1].ike, world_peer(&w, 1), true, w.now);
	assert_true(world_run_until_agreed(&w, MINUTE));
}

static void
test_rekey_ike(void **state)
{
	(void)state;
	for (unsigned node = 0; node < 2; node++) {
		world_init(&w, PLAIN);
		assert_true(world_run_until_agreed(&w, 2000));
		uint32_t spi = world_newest(&w.node[0], SA_OUT)->spi;
		ike_rekey(w.node[node].ike, world_peer(&w, node), false, w.now);
		world_run(&w, 1000);
		assert_true(world_agreed(&w));
		assert_int_equal(world_newest(&w.node[0], SA_OUT)->spi, spi);   // inherited
		assert_int_equal(w.node[0].events[IKE_REKEYED], 1);
		assert_int_equal(w.node[1].events[IKE_REKEYED], 1);
		assert_int_equal(w.node[0].events[IKE_DOWN], 0);
		// the new one works, in both directions
		ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
		world_run(&w, 1000);
		ike_rekey(w.node[1].ike, world_peer(&w, 1), false, w.now);
		world_run(&w, 1000);
		ike_rekey(w.node[1].ike, world_peer(&w, 1), true, w.now);
		world_run(&w, 1000);
		assert_true(world_agreed(&w));
		assert_int_equal(refused_in_all(0) + refused_in_all(1), 0);
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

// Both at the same moment: one tunnel is left, and it was never down.
static void
test_simultaneous(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		world_init(&w, PLAIN | (i & 1 ? IKE_PFS : 0));
		w.random = i;
		assert_true(world_run_until_agreed(&w, 2000));
		w.delay = i & 2 ? 20 : 0;
		ike_rekey(w.node[0].ike, world_peer(&w, 0), i & 4, w.now);
		ike_rekey(w.node[1].ike, world_peer(&w, 1), i & 4, w.now);
		assert_true(world_run_until_agreed(&w, MINUTE));
		assert_int_equal(w.node[0].events[CHILD_DOWN] + w.node[1].events[CHILD_DOWN], 0);
		world_run(&w, 2 * MINUTE);
		assert_true(world_agreed(&w));
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

static void
test_delete(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	assert_true(world_run_until_agreed(&w, 2000));
	ike_close(w.node[1].ike, world_peer(&w, 1), w.now);
	world_run(&w, 100);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
	assert_int_equal(w.node[0].events[CHILD_DOWN], 1);
	assert_int_equal(w.node[0].events[IKE_DOWN], 1);
	assert_int_equal(w.node[1].events[IKE_DOWN], 1);
	assert_true(world_run_until_agreed(&w, MINUTE));        // it comes back
	assert_int_equal(refused_in_all(0) + refused_in_all(1), 0);
}

// A peer that is silent is given up; one that starts anew replaces what was.
static void
test_dead_peer(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].dpd_seconds = 10;
	assert_true(world_run_until_agreed(&w, 2000));
	world_run(&w, 5 * MINUTE);
	assert_true(world_agreed(&w));
	w.node[1].absent = true;
	world_run(&w, 2 * MINUTE);
	assert_int_equal(w.node[0].events[CHILD_DOWN], 1);
	assert_true(w.node[0].events[IKE_SILENT] >= 1);
	assert_int_equal(world_installed(&w.node[0]), 0);
	w.node[1].absent = false;
	assert_true(world_run_until_agreed(&w, 2 * MINUTE));
	world_restart(&w, 1);
	assert_true(world_run_until_agreed(&w, 3 * MINUTE));
	world_restart(&w, 0);
	assert_true(world_run_until_agreed(&w, 3 * MINUTE));
	// twice, because the peer said that it had started anew
	assert_int_equal(w.node[1].events[IKE_DOWN], 2);
}

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
	ike_soft(n->ike, handle, w.now);
	world_run(&w, 1000);
	assert_true(world_agreed(&w));
	assert_int_equal(n->events[CHILD_REKEYED], 1);
	// whoever does ESP forgets: new keys, never the old ones again
	memset(n->sa, 0, sizeof n->sa);
	ike_lost(n->ike, w.now);
	assert_true(world_run_until_agreed(&w, MINUTE));
	// one has ended by itself
	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle != 0 && n->sa[i].sa.direction == SA_IN)
			handle = n->sa[i].handle, n->sa[i].handle = 0;
	ike_hard(n->ike, handle, w.now);
	world_run(&w, 1000);
	ike_acquire(n->ike, 0x0a010001, 0x0a020001, w.now);
	assert_true(world_run_until_agreed(&w, MINUTE));
	// soft and hard of what is not ours
	ike_soft(n->ike, 4711, w.now);
	ike_hard(n->ike, 0, w.now);
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
		memcpy(bytes, sa->first[0], sa->first_bytes[0]);
		memcpy(bytes, &i, sizeof i);                    // another SPI
		ike_datagram(w.node[1].ike, &path, bytes, sa->first_bytes[0], w.now);
		ike_tick(w.node[1].ike, w.now);
	}
	assert_int_equal(ike_status(w.node[1].ike, world_peer(&w, 1)).half_open, COOKIE_FROM);
	assert_int_equal(refused(1, REFUSED_COOKIE), 1000 - COOKIE_FROM);
	memset(w.under_way, 0, sizeof w.under_way);
	assert_true(world_run_until_agreed(&w, 5000));
	assert_true(refused(0, REFUSED_ERROR) == 0);
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
		assert_true(refused(node, REFUSED_RANDOM) > 0);
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
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_connect, teardown),
		cmocka_unit_test_teardown(test_algorithms, teardown),
		cmocka_unit_test_teardown(test_selectors, teardown),
		cmocka_unit_test_teardown(test_wrong_key, teardown),
		cmocka_unit_test_teardown(test_wrong_name, teardown),
		cmocka_unit_test_teardown(test_stranger, teardown),
		cmocka_unit_test_teardown(test_nat, teardown),
		cmocka_unit_test_teardown(test_rekey_child, teardown),
		cmocka_unit_test_teardown(test_rekey_ike, teardown),
		cmocka_unit_test_teardown(test_simultaneous, teardown),
		cmocka_unit_test_teardown(test_delete, teardown),
		cmocka_unit_test_teardown(test_dead_peer, teardown),
		cmocka_unit_test_teardown(test_outside, teardown),
		cmocka_unit_test_teardown(test_flood, teardown),
		cmocka_unit_test_teardown(test_no_random, teardown),
		cmocka_unit_test_teardown(test_both_initiate, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
