// SPDX-License-Identifier: MIT
// IKE against itself: connecting, refusing, replacing keys, ending; rule by rule.
#include "tests/unit/ike_world.h"

static struct world w;

static uint64_t
refused_in_all(unsigned node)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < REFUSALS; i++)
		n += world_refused(&w, node, (enum ike_refusal)i);
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
	assert_int_equal(world_refused(&w, 1, REFUSED_GROUP), 1);       // X25519 first, then P-256
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->key_bytes, 16);
	assert_int_equal(world_newest(&w.node[0], SA_OUT)->flags, 0);
	world_fini(&w);

	world_init(&w, IKE_INITIATE | IKE_AES128 | IKE_P256);
	w.node[1].config.peer[0].flags = IKE_AES256 | IKE_X25519;
	world_run(&w, MINUTE);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
	assert_true(world_refused(&w, 1, REFUSED_PROPOSAL) > 1);
	assert_true(world_refused(&w, 0, REFUSED_ERROR) > 1);
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
	assert_true(world_refused(&w, 1, REFUSED_SELECTOR) > 0);
	assert_int_equal(world_installed(&w.node[0]) + world_installed(&w.node[1]), 0);
}

static void
test_wrong_key(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].psk[3] ^= 1;
	world_run(&w, MINUTE);
	assert_true(world_refused(&w, 1, REFUSED_KEY) > 0);
	assert_true(world_refused(&w, 0, REFUSED_ERROR) > 0);
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
	assert_true(world_refused(&w, 1, REFUSED_NAME) > 0);
	assert_int_equal(w.node[0].events[IKE_UP] + w.node[1].events[IKE_UP], 0);
	world_fini(&w);

	// the responder knows the key, but is somebody else
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].local_id.bytes[4] = 'c';
	world_run(&w, MINUTE);
	assert_true(world_refused(&w, 1, REFUSED_NAME) > 0);            // it is not who we look for
	assert_int_equal(w.node[0].events[IKE_UP] + w.node[1].events[IKE_UP], 0);
}

static void
test_stranger(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].remote = 0x01020304;
	world_run(&w, MINUTE);
	assert_true(world_refused(&w, 1, REFUSED_STRANGER) > 1);
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
	assert_int_equal(world_refused(&w, 1, REFUSED_PROPOSAL), 1);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(test_connect),
		world_test(test_algorithms),
		world_test(test_selectors),
		world_test(test_wrong_key),
		world_test(test_wrong_name),
		world_test(test_stranger),
		world_test(test_nat),
		world_test(test_rekey_child),
		world_test(test_rekey_ike),
		world_test(test_simultaneous),
		world_test(test_delete),
		world_test(test_dead_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
