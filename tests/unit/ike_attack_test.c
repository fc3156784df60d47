// SPDX-License-Identifier: MIT
// IKE against somebody who knows the rules: forged messages one by one, with the keys
// of an authenticated peer that has turned hostile, or without any.  Each is refused
// for its reason, and the tunnel stays as it is.  Long: a list of cases.
#include "apps/secure/ike/selector.h"
#include "tests/unit/ike_world.h"

static struct world w;
static uint8_t out[OUT_MAX];
static const char nothing[257];

static struct ike_sa *
up(unsigned node)
{
	struct ike_sa *sa;

	assert_true(sa_count(w.node[node].ike, UP, UP, NOBODY, &sa) >= 1);
	return sa;
}

// A message of node 0 about `sa` of node 1, to be filled with payloads.
static struct writer
forge(const struct ike_sa *sa, uint8_t exchange, uint32_t id, uint8_t flags)
{
	struct writer wr = { .at = out, .max = sizeof out };
	const struct header h = { .spi = { sa->spi[0], sa->spi[1] }, .exchange = exchange,
		.id = id, .flags = (uint8_t)(flags | (sa->role == 1 ? FLAG_INITIATOR : 0)) };
	static uint64_t count = 1ull << 40;     // no IV that node 0 uses

	header_write(&wr, &h);
	seal_begin(&wr, count++);
	return wr;
}

static struct writer
ask(uint8_t exchange)
{
	return forge(up(1), exchange, up(1)->awaited_id, 0);
}

static void
deliver(unsigned node, const uint8_t *bytes, uint32_t n)
{
	const struct ike_path path = { world_peer(&w, node)->local, world_peer(&w, !node)->local,
	                               500, 500 };
	uint8_t copy[IKE_MESSAGE_MAX + 8];

	memcpy(copy, bytes, n);
	ike_datagram(w.node[node].ike, &path, copy, n, w.now);
	ike_tick(w.node[node].ike, w.now);
}

// Node 1 gets it, and refuses it for this reason (ACCEPTED: does not).
static void
send_sealed(struct writer *wr, const struct ike_sa *sa, enum ike_refusal why)
{
	uint64_t before[REFUSALS];

	memcpy(before, w.node[1].ike->refused, sizeof before);
	assert_true(seal_end(wr, &sa->keys, !sa->role));
	deliver(1, wr->at, wr->n);
	for (unsigned i = 0; i < REFUSALS; i++)
		if (w.node[1].ike->refused[i] != before[i] + (why != ACCEPTED && i == why))
			fail_msg("refused: %s", ike_refusal_text((enum ike_refusal)i));
}

// The error that node 1 has just told; 0: none.
static uint16_t
told(void)
{
	const struct sent *reply = &up(1)->reply;
	uint8_t copy[OUT_MAX];
	struct payloads p;
	struct header h;
	struct slice inner;

	memcpy(copy, reply->bytes, reply->n);
	assert_int_equal(header_read(slice_of(copy, reply->n), &h), ACCEPTED);
	assert_int_equal(payloads_read(h.next, h.body, &p), ACCEPTED);
	assert_true(seal_open(h.message, p.sealed, &up(1)->keys, up(1)->role, &inner));
	assert_int_equal(payloads_read(p.sealed_next, inner, &p), ACCEPTED);
	return p.error;
}

static void
connect_two(void)
{
	world_init(&w, PLAIN);
	assert_true(world_run_until_agreed(&w, 2000));
}

// Payloads that are wrong, inside of an authentic request.
static void
test_payloads(void **state)
{
	static const struct { uint8_t type, times; const char *content; uint32_t n; } bad[] = {
		{ PAY_NONCE, 2, "0123456789abcdef", 16 }, { PAY_NONCE, 1, "0123456789abcde", 15 },
		{ PAY_NONCE, 1, nothing, 257 },
		{ PAY_SA, 2, "\0\0\0\x8\1\3\0\0", 8 }, { PAY_SA, 1, "\0\0\0\x7\1\3\0", 7 },
		{ PAY_KE, 1, "\0\x1f\0\0", 4 }, { PAY_KE, 1, "", 0 },
		{ PAY_KE, 2, "\0\x1f\0\0 ", 5 }, { PAY_TSI, 1, "\1\0\0\0\7\0\0", 7 },
		{ PAY_TSR, 2, "\1\0\0\0\7\0\0\x8----", 12 }, { PAY_IDI, 2, "\2\0\0\0x", 5 },
		{ PAY_AUTH, 2, "\2\0\0\0x", 5 }, { PAY_NOTIFY, 1, "\0\0\0", 3 },
		{ PAY_NOTIFY, 1, "\3\xff\x40\x09----", 8 },     // an SPI beyond the end
		// SAs to be replaced that are not of ESP, or none, or two
		{ PAY_NOTIFY, 1, "\2\4\x40\x09----", 8 }, { PAY_NOTIFY, 1, "\0\0\x40\x09", 4 },
		{ PAY_NOTIFY, 1, "\3\4\x40\x09\0\0\0\0", 8 },
		{ PAY_NOTIFY, 2, "\3\4\x40\x09----", 8 },
		{ PAY_NOTIFY, 1, "\3\x8\x40\x09--------", 12 },
		{ PAY_DELETE, 1, "\3\4\xff\xff----", 8 },       // 65535 SPIs
		{ PAY_DELETE, 1, "\3\x8\0\1--------", 12 }, { PAY_DELETE, 1, "\3\4\0\0----", 8 },
		{ PAY_DELETE, 1, "\2\4\0\1----", 8 }, { PAY_DELETE, 5, "\3\4\0\0", 4 },
		{ PAY_SK, 1, "0123456789abcdef0123456789abcdef", 32 },
	};

	(void)state;
	connect_two();
	for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct writer wr = ask(EX_INFORM);

		for (unsigned k = 0; k < bad[i].times; k++) {
			wr.at[wr.next] = bad[i].type;
			wr.next = wr.n;
			write32(&wr, bad[i].n + 4);
			write_bytes(&wr, slice_of(bad[i].content, bad[i].n));
		}
		send_sealed(&wr, up(1), REFUSED_SYNTAX);
		assert_int_equal(told(), N_SYNTAX);
	}
	// unknown ones: skipped, unless they say that they must not be
	for (unsigned critical = 0; critical < 2; critical++) {
		struct writer wr = ask(EX_INFORM);

		wr.at[wr.next] = 200;
		wr.next = wr.n;
		write32(&wr, critical << 23 | 4);
		send_sealed(&wr, up(1), critical ? REFUSED_CRITICAL : ACCEPTED);
		assert_int_equal(told(), critical ? N_CRITICAL : 0);
	}
	// lengths that leave the message, or never get on
	for (unsigned length = 0; length < 70000; length += length < 4 ? 1 : 1000) {
		struct writer wr = ask(EX_INFORM);

		wr.at[wr.next] = PAY_VENDOR;
		write32(&wr, length & 0xffff);
		if (length != 4)
			send_sealed(&wr, up(1), REFUSED_SYNTAX);
	}
	assert_int_equal(w.node[1].events[CHILD_DOWN], 0);
}

// Requests about CHILD SAs that are not there, or not allowed, or too many.
static void
test_children(void **state)
{
	static const struct sa_range lies[] = {
		{ 0, 0x0a00ffff }, { 0x0a030000, UINT32_MAX }, { 0x0a010005, 0x0a010001 } };
	static const uint32_t unknown[] = { 0, 0x12345678, 255, 0, 0, 0, 0, 0 };
	struct fresh f;
	struct suite offer = suite_allowed(PROTO_ESP, 4, PLAIN, 0);

	(void)state;
	connect_two();
	struct writer end = ask(EX_INFORM);
	payload_write_spis(&end, PAY_DELETE, ABOUT_ESP | 8, unknown, 8);
	send_sealed(&end, up(1), ACCEPTED);
	assert_true(world_agreed(&w));
	assert_true(fresh_make(w.node[0].ike, &f, 0));
	for (unsigned i = 0; i < 2 * CHILDREN + 5; i++) {
		struct writer wr = ask(EX_CHILD);
		enum ike_refusal why = i >= 5 ? ACCEPTED : REFUSED_SELECTOR;

		offer.spi = 0x1000 + i;
		if (i == 3)
			payload_write_spis(&wr, PAY_NOTIFY, ABOUT_ESP | N_REKEY, &unknown[1], 1);
		agree_write(&wr, &offer, &f);
		selector_write(&wr, PAY_TSI, i < 3 ? lies[i] : world_peer(&w, 0)->inner_local);
		if (i != 4)
			selector_write(&wr, PAY_TSR, world_peer(&w, 0)->inner_remote);
		if (i >= 4 + CHILDREN)
			why = REFUSED_FULL;
		send_sealed(&wr, up(1), i == 3 ? REFUSED_CHILD : why);
		assert_int_equal(told(), i == 3 ? N_NO_CHILD : why == REFUSED_FULL ?
		                 N_NO_ADDITIONAL : why == ACCEPTED ? 0 : N_TS_REFUSED);
	}
	assert_int_equal(world_installed(&w.node[1]), 2 * CHILDREN);
}

// REKEY_SA of a tunnel that exists, but about another protocol, with an SPI of another
// length, or twice: no tunnel comes of it (the kind of CVE-2023-38710).
static void
test_rekey_of_what(void **state)
{
	static const uint32_t about[] = {
		0u << 24 | 4 << 16, 1u << 24 | 4 << 16, 2u << 24 | 4 << 16, 0xffu << 24 | 4 << 16,
		3u << 24, 3u << 24 | 3 << 16, 3u << 24 | 8 << 16, ABOUT_ESP };
	struct suite offer = suite_allowed(PROTO_ESP, 4, PLAIN, 0);
	struct fresh f;

	(void)state;
	connect_two();
	assert_true(fresh_make(w.node[0].ike, &f, 0));
	for (unsigned i = 0; i < sizeof about / sizeof about[0]; i++) {
		struct writer wr = ask(EX_CHILD);
		uint32_t spi = up(1)->child[0].spi_out;

		offer.spi = 0x1000 + i;
		for (unsigned k = 0; k < (about[i] == ABOUT_ESP ? 2 : 1); k++)
			payload_write_spis(&wr, PAY_NOTIFY, about[i] | N_REKEY, &spi, 1);
		agree_write(&wr, &offer, &f);
		selector_write(&wr, PAY_TSI, world_peer(&w, 0)->inner_local);
		selector_write(&wr, PAY_TSR, world_peer(&w, 0)->inner_remote);
		send_sealed(&wr, up(1), REFUSED_SYNTAX);
		assert_int_equal(told(), N_SYNTAX);
		assert_int_equal(world_installed(&w.node[1]), 2);
	}
	assert_true(world_agreed(&w));
}

// Message numbers, responses to nothing, kinds that are not due.
static void
test_numbers(void **state)
{
	static const uint32_t ids[] = { 1, 3, 4, 0x7fffffff, UINT32_MAX };
	struct writer wr;
	uint32_t awaited;

	(void)state;
	connect_two();
	awaited = up(1)->awaited_id;
	assert_int_equal(awaited, 2);
	for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		wr = forge(up(1), EX_INFORM, ids[i], 0);
		send_sealed(&wr, up(1), i == 0 ? ACCEPTED : REFUSED_WINDOW);    // 1: repeated
		wr = forge(up(1), EX_INFORM, ids[i], FLAG_RESPONSE);
		send_sealed(&wr, up(1), REFUSED_WINDOW);
	}
	wr = forge(up(1), EX_INFORM, up(1)->next_id, FLAG_RESPONSE);
	send_sealed(&wr, up(1), REFUSED_WINDOW);
	wr = ask(EX_AUTH);
	send_sealed(&wr, up(1), REFUSED_EXCHANGE);
	wr = ask(99);
	send_sealed(&wr, up(1), REFUSED_EXCHANGE);
	wr = ask(EX_INFORM);
	wr.at[7] ^= 1;                                          // another SPI
	send_sealed(&wr, up(1), REFUSED_SPI);
	wr = ask(EX_INFORM);
	assert_true(seal_end(&wr, &up(1)->keys, 0));
	wr.at[wr.n - 1] ^= 1;
	deliver(1, wr.at, wr.n);
	assert_int_equal(world_refused(&w, 1, REFUSED_FORGED), 1);
	assert_int_equal(up(1)->awaited_id, awaited);
	assert_true(world_agreed(&w));
}

// SK payloads too short for anything, and one that was cut off behind its length.
static void
test_short(void **state)
{
	(void)state;
	connect_two();
	for (uint32_t n = 0; n <= IV + ICV + 8; n++) {
		struct writer wr = ask(EX_INFORM);
		uint64_t before = world_refused(&w, 1, REFUSED_FORGED);
		uint8_t *exact;

		wr.n = wr.sealed + 4;
		write_bytes(&wr, slice_of(nothing, n));
		wr.payload = wr.sealed;
		payload_end(&wr);
		exact = malloc(wr.n);           // so that the sanitizer knows where it ends
		memcpy(exact, wr.at, wr.n);
		ike_datagram(w.node[1].ike, &(struct ike_path){ 0xc0000202, 0xc0000201, 500, 500 },
		             exact, wr.n, w.now);
		free(exact);
		assert_int_equal(world_refused(&w, 1, REFUSED_FORGED), before + (n != 0));
	}
	assert_true(world_agreed(&w));
}

// The first message twice: one half-open SA, the same answer again.
static void
test_twice(void **state)
{
	struct ike_sa *sa;

	(void)state;
	world_init(&w, PLAIN);
	w.repeat = 100;
	assert_true(world_run_until_agreed(&w, 5000));
	world_run(&w, 100);
	assert_int_equal(sa_count(w.node[1].ike, FREE, FREE, NOBODY, &sa), SAS - 1);
	// numbers that come to their end are not used up
	up(0)->next_id = up(1)->awaited_id = UINT32_MAX / 2 + 1;
	world_run(&w, 1000);
	assert_int_equal(w.node[0].events[IKE_REKEYED], 1);
}

// An answer that names one group and brings a public value of another one.
static void
another_group(struct world *world_, struct datagram *d)
{
	(void)world_;
	for (uint32_t i = IKE_HEADER; i + 4 < d->n && d->path.local == 0xc0000202; i++)
		if (memcmp(d->bytes + i, "\x4\0\0\x1f", 4) == 0)
			d->bytes[i + 3] = 19;
}

static void
test_two_groups(void **state)
{
	(void)state;
	world_init(&w, PLAIN);
	w.tamper = another_group;
	world_run(&w, 100);
	assert_int_equal(world_refused(&w, 0, REFUSED_GROUP), 1);
	w.tamper = NULL;
	assert_true(world_run_until_agreed(&w, MINUTE));
}

// Who is not authenticated yet can ask for nothing else, and has one try.
static void
test_before_auth(void **state)
{
	struct ike_sa *sa;
	struct writer wr;

	(void)state;
	world_init(&w, PLAIN);
	w.node[0].config.peer[0].psk[0] ^= 1;
	world_run(&w, 7);                                       // node 1 has answered IKE_SA_INIT
	w.node[0].absent = true;
	assert_int_equal(sa_count(w.node[1].ike, HALF_OPEN, HALF_OPEN, NOBODY, &sa), 1);
	for (uint8_t exchange = EX_CHILD; exchange <= EX_INFORM; exchange++) {
		wr = forge(sa, exchange, 1, 0);
		payload_write(&wr, PAY_DELETE, PROTO_IKE << 24, slice_of(NULL, 0));
		send_sealed(&wr, sa, REFUSED_EXCHANGE);
	}
	wr = forge(sa, EX_AUTH, 1, 0);
	send_sealed(&wr, sa, REFUSED_SYNTAX);
	assert_int_equal(sa->state, GONE);
	wr = forge(sa, EX_AUTH, 2, 0);
	send_sealed(&wr, sa, REFUSED_EXCHANGE);
	world_run(&w, LINGER_MS + 1);
	assert_int_equal(sa->state, FREE);
}

// That an old request comes again is no sign of life.
static void
test_repeated(void **state)
{
	uint8_t copy[OUT_MAX];
	struct writer wr;

	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].dpd_seconds = 10;
	assert_true(world_run_until_agreed(&w, 2000));
	wr = ask(EX_INFORM);
	assert_true(seal_end(&wr, &up(1)->keys, 0));
	memcpy(copy, wr.at, wr.n);
	deliver(1, copy, wr.n);
	w.node[0].absent = true;
	for (unsigned i = 0; i < 120; i++) {
		deliver(1, copy, wr.n);
		world_run(&w, 1000);
	}
	assert_int_equal(w.node[1].events[IKE_SILENT], 1);
	assert_int_equal(world_installed(&w.node[1]), 0);
}

// A peer that says to each group that it wants the other one, or not now, is not asked
// in a circle.
static void
test_circle(void **state)
{
	uint64_t asked = 0;

	(void)state;
	world_init(&w, PLAIN | IKE_PFS);
	assert_true(world_run_until_agreed(&w, 2000));
	w.node[1].absent = true;
	ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
	for (unsigned i = 0; i < 1000; i++) {
		struct ike_sa *sa = up(0);
		uint8_t group[2] = { 0, sa->pending.fresh.group == IKE_P256 ? 31 : 19 };
		struct writer wr = forge(sa, EX_CHILD, sa->next_id, FLAG_RESPONSE);

		world_run(&w, 10);
		if (sa->pending.task != TASK_CHILD)
			continue;
		asked++;
		payload_write(&wr, PAY_NOTIFY, N_INVALID_KE, slice_of(group, 2));
		assert_true(seal_end(&wr, &sa->keys, !sa->role));
		deliver(0, wr.at, wr.n);
	}
	assert_int_equal(asked, 3);             // both groups, and then it takes a new connection
	assert_int_equal(w.node[0].events[IKE_RENEWS], 1);
}

// IKE SAs that the peer replaces and never deletes, and names that are wrong: neither
// uses up the table.
static void
keep_old(struct world *world_, struct datagram *d)
{
	(void)world_;
	if (d->bytes[HEADER_EXCHANGE] == EX_INFORM)
		d->used = false;
}

static void
test_table(void **state)
{
	struct ike_sa *sa;

	(void)state;
	connect_two();
	w.tamper = keep_old;
	for (unsigned i = 0; i < 3 * SAS; i++) {
		ike_rekey(w.node[0].ike, world_peer(&w, 0), false, w.now);
		world_run(&w, 200);
	}
	assert_int_equal(w.node[1].events[IKE_REKEYED], 3 * SAS);
	assert_int_equal(world_refused(&w, 1, REFUSED_FULL), 0);
	assert_int_equal(sa_count(w.node[1].ike, UP, UP, 0, &sa), 1);
	w.tamper = NULL;
	assert_true(world_run_until_agreed(&w, MINUTE));
	world_fini(&w);

	world_init(&w, PLAIN);
	w.node[0].config.peer[0].psk[0] ^= 1;
	for (unsigned i = 0; i < 3 * SAS; i++) {
		world_run(&w, 40);
		w.node[0].ike->link[0].connect_at = 0;
	}
	assert_true(world_refused(&w, 1, REFUSED_KEY) > 2 * SAS);
	assert_int_equal(world_refused(&w, 1, REFUSED_FULL), 0);
	w.node[0].config.peer[0].psk[0] ^= 1;
	assert_true(world_run_until_agreed(&w, MINUTE));
	world_fini(&w);

	// the right key again and again, without ever ending anything
	connect_two();
	w.tamper = keep_old;
	for (unsigned i = 0; i < 3 * SAS; i++) {
		world_restart(&w, 0);
		world_run(&w, 50);
		up(1)->born = UINT64_MAX;       // so that INITIAL_CONTACT does not mean it
	}
	assert_int_equal(world_refused(&w, 1, REFUSED_FULL), 0);
	assert_true(sa_count(w.node[1].ike, CLOSING, CLOSING, 0, &sa) <= 1);
	assert_int_equal(sa_count(w.node[1].ike, UP, UP, 0, &sa), 1);
	assert_true(world_installed(&w.node[1]) <= 2 * 2);
}

// Half-open ones without end, by somebody who sends the cookies that he gets: the tunnel
// stays, and who proves himself soon gets through.
static void
test_half_open(void **state)
{
	const struct ike_path path = { 0xc0000202, 0xc0000209, 500, 500 };
	struct ike_sa *sa, *begun;

	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].remote = 0;
	world_restart(&w, 0), world_restart(&w, 1);
	ike_tick(w.node[0].ike, w.now);
	assert_int_equal(sa_count(w.node[0].ike, INIT_SENT, INIT_SENT, 0, &begun), 1);
	struct slice first = begun->first[0];
	uint8_t bytes[IKE_MESSAGE_MAX], copy[OUT_MAX];
	memcpy(copy, first.at, first.n);
	assert_true(world_run_until_agreed(&w, 5000));
	for (unsigned i = 0; i < 5 * SAS; i++) {
		struct writer wr = { .at = bytes, .max = sizeof bytes };
		struct header h = { .path = &path };
		struct payloads p;

		memcpy(copy, &i, sizeof i);     // another SPI
		assert_int_equal(header_read(slice_of(copy, first.n), &h), ACCEPTED);
		assert_int_equal(payloads_read(h.next, h.body, &p), ACCEPTED);
		header_write(&wr, &h);
		cookie_write(w.node[1].ike, &h, &p, &wr);
		bytes[wr.next] = PAY_SA;
		write_bytes(&wr, h.body);
		write_at16(&wr, IKE_HEADER - 2, (uint16_t)wr.n);
		ike_datagram(w.node[1].ike, &path, bytes, wr.n, w.now++);
		ike_tick(w.node[1].ike, w.now);
	}
	assert_int_equal(world_refused(&w, 1, REFUSED_COOKIE) +
	                 world_refused(&w, 1, REFUSED_FULL), 0);
	assert_int_equal(sa_count(w.node[1].ike, HALF_OPEN, HALF_OPEN, NOBODY, &sa), SAS - 1);
	assert_true(world_agreed(&w));
	world_restart(&w, 0);
	assert_true(world_run_until_agreed(&w, 5000));
	ike_rekey(w.node[0].ike, world_peer(&w, 0), false, w.now);
	world_run(&w, 1000);
	assert_int_equal(w.node[1].events[IKE_REKEYED], 1);
	assert_true(world_agreed(&w));
}

// SA payloads: what is chosen of an offer, and what is taken as an answer.
static void
test_suites(void **state)
{
	// a proposal of ESP with this SPI and these transforms: type, number, bits of the key
	static const struct { uint8_t t[5][3]; uint8_t spi, choose, answer; } tried[] = {
		{ { { 1, 20, 255 }, { 5, 0, 0 } }, 9, 1, 1 },
		{ { { 1, 20, 128 }, { 5, 0, 0 }, { 3, 0, 0 } }, 9, 1, 1 },
		{ { { 1, 20, 255 }, { 1, 20, 128 }, { 5, 0, 0 } }, 9, 1, 0 },   // undecided
		{ { { 1, 20, 192 }, { 5, 0, 0 } }, 9, 0, 0 },
		{ { { 1, 20, 0 }, { 5, 0, 0 } }, 9, 0, 0 },                     // no key length
		{ { { 1, 12, 255 }, { 5, 0, 0 } }, 9, 0, 0 },                   // AES-CBC
		{ { { 1, 20, 255 }, { 3, 12, 0 }, { 5, 0, 0 } }, 9, 0, 0 },
		{ { { 1, 20, 255 } }, 9, 0, 0 },                                // no ESN
		{ { { 1, 20, 255 }, { 5, 2, 0 } }, 9, 0, 0 },
		{ { { 1, 20, 255 }, { 5, 0, 0 }, { 4, 31, 0 } }, 9, 0, 0 },     // a group, unasked
		{ { { 1, 20, 255 }, { 5, 0, 0 }, { 9, 1, 0 } }, 9, 0, 0 },      // unknown kind
		{ { { 1, 20, 255 }, { 5, 0, 0 } }, 0, 0, 0 },                   // a reserved SPI
	};
	const struct suite allowed = suite_allowed(PROTO_ESP, 4, PLAIN, 0);

	(void)state;
	for (unsigned i = 0; i < sizeof tried / sizeof tried[0]; i++)
		for (unsigned lie = 0; lie < 4; lie++) {
			struct writer wr = { .at = out, .max = sizeof out };
			const uint8_t (*t)[3] = tried[i].t;
			struct suite chosen;
			unsigned n = 0;

			write32(&wr, 0);
			write32(&wr, lie == 1 ? 0x02030400 : 0x01030400);
			write32(&wr, (uint32_t)tried[i].spi << 8);
			for (; n < 5 && t[n][0] != 0; n++) {
				uint32_t bits = t[n][2] == 255 ? 256 : t[n][2];

				write32(&wr, 3u << 24 | (bits ? 12 : 8));
				write32(&wr, (uint32_t)t[n][0] << 24 | t[n][1]);
				if (bits)
					write32(&wr, 0x800e0000 | bits);
				if (t[n + 1][0] == 0)
					out[wr.n - (bits ? 12 : 8)] = lie == 2 ? 3 : 0;
			}
			write_at16(&wr, 2, (uint16_t)wr.n);
			out[7] = (uint8_t)(n + (lie == 3));
			bool malformed = lie >= 2;
			assert_int_equal(suite_choose(slice_of(out, wr.n), &allowed, 0, &chosen),
			                 tried[i].choose && !malformed);
			assert_int_equal(suite_answer(slice_of(out, wr.n), &allowed, &chosen),
			                 tried[i].answer && lie == 0);
			for (uint32_t cut = 0; cut < wr.n; cut++)
				assert_false(suite_choose(slice_of(out, cut), &allowed, 0,
				                          &chosen));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(test_payloads),
		world_test(test_children),
		world_test(test_rekey_of_what),
		world_test(test_numbers),
		world_test(test_short),
		world_test(test_twice),
		world_test(test_two_groups),
		world_test(test_before_auth),
		world_test(test_repeated),
		world_test(test_circle),
		world_test(test_table),
		world_test(test_half_open),
		cmocka_unit_test(test_suites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
