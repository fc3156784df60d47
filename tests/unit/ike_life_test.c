// SPDX-License-Identifier: MIT
// IKE over the life of a network: no tunnel stays down while there is a way, no peer is
// asked more often than 20 times an hour, and what cannot be authenticated at most
// saves time.
#include "tests/unit/ike_world.h"

static struct world w;

// Counts the IKE SAs that are begun, not the repetitions.
static uint64_t begun_spi;
static unsigned begun;

static void
count_begun(struct world *world_, struct datagram *d)
{
	uint64_t spi;

	(void)world_;
	memcpy(&spi, d->bytes, sizeof spi);
	if (d->bytes[HEADER_EXCHANGE] != EX_INIT || d->bytes[19] != FLAG_INITIATOR ||
	    spi == begun_spi)
		return;
	begun_spi = spi;
	begun++;
}

// Who does not accept how we make new keys is asked in another way: at no time is there no
// tunnel.  Whose time comes first makes no difference.
static void
check_other_way(uint32_t ours, uint32_t theirs, unsigned first)
{
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].flags |= ours;
	w.node[1].config.peer[0].flags |= theirs;
	w.node[1 - first].config.peer[0].child_seconds = 3000;
	assert_true(world_run_until_agreed(&w, 2000));
	for (unsigned i = 0; i < 4 * 60; i++) {
		world_run(&w, MINUTE);
		assert_true(world_agreed(&w) || world_run_until_agreed(&w, 5000));
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(w.node[i].events[CHILD_DOWN], 0);
		assert_int_equal(w.node[i].events[CHILD_UP], 1);
		assert_in_range(w.node[i].events[CHILD_REKEYED], 12, 16);
	}
	world_fini(&w);
}

static void
test_other_ways(void **state)
{
	(void)state;
	for (unsigned first = 0; first < 2; first++) {
		check_other_way(0, IKE_PFS, first);
		check_other_way(IKE_PFS, 0, first);
	}
	world_init(&w, PLAIN);
}

// A wrong key, an absent peer, a tunnel that the peer refuses: at most 20 attempts in an
// hour, the reason is told and counted, and the tunnel comes when there is none any more.
static void
test_attempts(void **state)
{
	static const char *const why[] = { "the peer does not believe who we are",
		"does not answer", "the peer refuses the inner addresses" };

	(void)state;
	for (unsigned how = 0; how < 3; how++) {
		struct ike_peer *theirs = &w.node[1].config.peer[0], good;

		world_init(&w, PLAIN);
		good = *theirs;
		theirs->psk[0] ^= how == 0;
		w.node[1].absent = how == 1;
		if (how == 2)
			theirs->inner_local.first += 4096, theirs->inner_local.last += 4096;
		w.tamper = count_begun;
		begun = 0;
		world_run(&w, 60 * MINUTE);
		assert_in_range(begun, 12, 20);
		assert_string_equal(w.node[0].why, why[how]);
		assert_in_range(w.node[0].times, begun - 1, begun);
		*theirs = good;
		w.node[1].absent = false;
		assert_true(world_run_until_agreed(&w, 7 * MINUTE));
		assert_int_equal(w.node[0].events[CHILD_UP], 1);
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

// Neither side can replace the keys of the tunnel within its connection, whoever has begun
// that one, even from behind a NAT or from any address: a new connection takes its place.
static void
test_renewal(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		unsigned who = i & 1;
		struct node *n = &w.node[who];

		world_init(&w, i & 8 ? PLAIN | IKE_PFS : PLAIN);
		w.node[0].nat = i & 2;
		if (i & 2)
			w.node[1].config.peer[0].remote = 0;
		w.lose = i & 4 ? 15 : 0;
		w.random = i;
		assert_true(world_run_until_agreed(&w, MINUTE));
		for (unsigned k = 1; k <= 3; k++) {
			n->ike->link[0].rung = 3;
			ike_rekey(n->ike, world_peer(&w, who), true, w.now);
			world_run(&w, 3 * MINUTE);
			assert_true(world_run_until_agreed(&w, 3 * MINUTE));
			assert_int_equal(ike_status(n->ike, world_peer(&w, who)).up, 1);
			assert_true(n->events[IKE_RENEWS] >= k);
		}
		if (w.lose == 0) {
			assert_int_equal(n->events[IKE_RENEWS], 3);
			assert_int_equal(w.node[0].events[CHILD_DOWN], 0);
			assert_int_equal(w.node[1].events[CHILD_DOWN], 0);
		}
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

// The peer refuses the new connection's tunnel: the old tunnel stays until its end, and the
// attempts are few.
static void
test_renewal_refused(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	assert_true(world_run_until_agreed(&w, 2000));
	w.node[1].config.peer[0].inner_local.first += 4096;
	w.node[1].config.peer[0].inner_local.last += 4096;
	w.node[0].ike->link[0].rung = 3;
	w.tamper = count_begun;
	begun = 0;
	ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
	world_run(&w, 15 * MINUTE);
	assert_in_range(begun, 4, 8);
	assert_int_equal(w.node[0].events[CHILD_DOWN], 0);
	assert_int_equal(w.node[1].events[CHILD_DOWN], 0);
	world_run(&w, 15 * MINUTE);
	assert_int_equal(w.node[0].events[CHILD_DOWN], 1);
	assert_string_equal(w.node[0].why, "the peer refuses the inner addresses");
	w.node[1].config.peer[0].inner_local.first -= 4096;
	w.node[1].config.peer[0].inner_local.last -= 4096;
	assert_true(world_run_until_agreed(&w, 7 * MINUTE));
	assert_int_equal(w.node[0].events[CHILD_UP], 2);
}

// A gateway that cannot connect, because its peer may be anywhere, starts anew.  The peer
// asks for a sign of life after 30 s and learns within seconds that nobody knows it.
static void
test_reboot(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].remote = 0;
	w.node[0].config.peer[0].dpd_seconds = 30;
	assert_true(world_run_until_agreed(&w, 2000));
	world_run(&w, 31000);
	world_restart(&w, 1);
	assert_true(world_run_until_agreed(&w, 30000 + TRIES * RETRY_MS + 2000));
	assert_int_equal(w.node[0].events[CHILD_DOWN], 1);
	assert_string_equal(w.node[0].why, "does not answer");
}

// Somebody between the two, or beside: nothing of what he says ends a tunnel that works.
static void
test_hints(void **state)
{
	const struct ike_path path = { 0xc0000201, 0xc0000202, 500, 500 };
	struct ike_sa *sa;

	(void)state;
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].dpd_seconds = 3;
	assert_true(world_run_until_agreed(&w, 2000));
	for (unsigned i = 0; i < 1000; i++) {
		uint8_t bytes[128];
		struct writer wr = { .at = bytes, .max = sizeof bytes };

		assert_int_equal(sa_count(w.node[0].ike, UP, UP, 0, &sa), 1);
		header_write(&wr, &(struct header){ .spi = { sa->spi[0], sa->spi[1] },
			.exchange = EX_INFORM, .flags = FLAG_RESPONSE, .id = sa->next_id });
		payload_write(&wr, PAY_NOTIFY, N_IKE_SPI, slice_of(NULL, 0));
		ike_datagram(w.node[0].ike, &path, bytes, wr.n, w.now);
		world_run(&w, 7);
	}
	assert_true(world_agreed(&w));
	assert_int_equal(w.node[0].events[IKE_SILENT], 0);
}

// A first message or another one to node 1; what it answers: the kind of the error, or 0.
static unsigned
answer(const struct header *h, uint8_t version, uint8_t type, uint32_t critical)
{
	const struct ike_path path = { 0xc0000202, 0xc0000201, 500, 500 };
	uint8_t bytes[128];
	struct writer wr = { .at = bytes, .max = sizeof bytes };
	struct payloads p;
	struct header said;
	uint64_t sent = w.sent;

	world_run(&w, 200);
	header_write(&wr, h);
	wr.at[17] = version;
	wr.at[wr.next] = type;
	write32(&wr, critical << 23 | 4);
	write_at16(&wr, IKE_HEADER - 2, (uint16_t)wr.n);
	memset(w.under_way, 0, sizeof w.under_way);
	sent = w.sent;
	ike_datagram(w.node[1].ike, &path, bytes, wr.n, w.now);
	if (w.sent == sent)
		return 0;
	struct datagram *d = &w.under_way[0];

	assert_int_equal(w.sent, sent + 1);
	assert_true(d->n <= wr.n + 16);                         // no amplifier
	assert_int_equal(header_read(slice_of(d->bytes, d->n), &said), ACCEPTED);
	assert_int_equal(payloads_read(said.next, said.body, &p), ACCEPTED);
	assert_int_equal(said.flags, FLAG_RESPONSE | (~h->flags & FLAG_INITIATOR));
	assert_true(said.spi[0] == h->spi[0] && said.spi[1] == h->spi[1] && said.id == h->id);
	d->used = false;
	return p.error;
}

// What RFC 7296 wants to be answered without an IKE SA (1.5, 2.5, 2.21.4), and nothing else.
static void
test_answers(void **state)
{
	struct header h = { .spi = { 4711 }, .exchange = EX_INIT, .flags = FLAG_INITIATOR };

	(void)state;
	world_init(&w, PLAIN & ~(uint32_t)IKE_INITIATE);
	world_restart(&w, 0), world_restart(&w, 1);
	assert_int_equal(answer(&h, 0x20, 200, 1), N_CRITICAL);
	assert_int_equal(answer(&h, 0x30, 200, 0), N_VERSION);
	assert_int_equal(answer(&h, 0xf0, 200, 1), N_VERSION);
	assert_int_equal(answer(&h, 0x10, 200, 0), 0);
	h.exchange = EX_INFORM, h.spi[1] = 4712, h.id = 77;
	assert_int_equal(answer(&h, 0x20, 200, 0), N_IKE_SPI);
	h.flags = 0;
	assert_int_equal(answer(&h, 0x20, 200, 0), N_IKE_SPI);
	// an answer is never answered
	h.flags = FLAG_RESPONSE;
	assert_int_equal(answer(&h, 0x20, 200, 0), 0);
	assert_int_equal(answer(&h, 0x30, 200, 0), 0);
	h.exchange = EX_INIT, h.id = 0;
	assert_int_equal(answer(&h, 0x20, 200, 1), 0);
	// nor are many, and nobody who is no peer
	uint64_t sent = w.sent;

	h.flags = FLAG_INITIATOR, h.exchange = EX_INFORM;
	for (unsigned i = 0; i < 1000; i++) {
		const struct ike_path path = { 0xc0000202, 0xc0000201 + 7 * (i & 1), 500, 500 };
		uint8_t bytes[64];
		struct writer wr = { .at = bytes, .max = sizeof bytes };

		header_write(&wr, &h);
		payload_write(&wr, PAY_NOTIFY, N_IKE_SPI, slice_of(NULL, 0));
		ike_datagram(w.node[1].ike, &path, bytes, wr.n, ++w.now);
		w.under_way[0].used = false;
	}
	assert_in_range(w.sent - sent, 9, 11);
}

// How often in an hour node 0 makes a tunnel that node 1 takes, and ends after so many ms:
// alone, or with its IKE SA.
static unsigned
tunnels_of_an_hour(bool alone, uint64_t lives)
{
	uint64_t end, up_at = 0;

	world_init(&w, PLAIN);
	for (end = w.now + 60 * MINUTE; w.now < end; world_run(&w, 100)) {
		struct ike *peer = w.node[1].ike;

		if (peer == NULL || children_of(peer, 0) == 0) {
			up_at = 0;
			continue;
		}
		up_at = up_at != 0 ? up_at : w.now;
		if (w.now - up_at < lives)
			continue;
		for EACH_SA(peer, sa)
			if (sa->state == UP && alone)
				for (unsigned c = 0; c < CHILDREN; c++) {
					sa->child[c].want_delete = sa->child[c].state == CHILD_LIVE;
					sa->child[c].sure_at = 0;
				}
			else if (sa->state == UP)
				sa->want_delete = true;
	}
	return w.node[0].events[CHILD_UP];
}

// A peer that agrees and soon ends what was agreed upon, for ever: no more than 20 in an hour.
static void
test_fickle(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		static const uint64_t lives[] = { 0, 30000, 61000, 179000, 301000 };
		assert_in_range(tunnels_of_an_hour(i & 1, lives[i / 2]), 5, 20);
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(test_other_ways),
		world_test(test_attempts), world_test(test_fickle),
		world_test(test_renewal),
		world_test(test_renewal_refused),
		world_test(test_reboot),
		world_test(test_hints),
		world_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
