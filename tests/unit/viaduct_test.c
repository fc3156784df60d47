// SPDX-License-Identifier: MIT
// The viaduct's decisions: two of them back to back over a bad network, policy,
// lifetimes, events, refusals, and whatever a hostile stack sends.  Long: one
// world of two viaducts serves them all.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "apps/secure/viaduct/bytes.h"
#include "apps/secure/viaduct/viaduct.h"

static struct viaduct *a, *b;           // a protects 10.1/16 to 10.2/16, b the other way round
static uint8_t *in;
static uint64_t now;

static uint64_t
random_number(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return state >> 11;
}

static const struct sa_range left = { 0x0a010000, 0x0a01ffff }, right = { 0x0a020000, 0x0a02ffff };

static struct viaduct_config
config_of(bool first)
{
	return (struct viaduct_config){
		.magic = VIADUCT_MAGIC, .policies = 1,
		.policy = { first ? (struct viaduct_policy){ left, right }
		                  : (struct viaduct_policy){ right, left } },
	};
}

static struct sa
sa_of(bool first, enum sa_direction direction, uint32_t spi)
{
	struct sa sa = { .spi = spi, .direction = (uint8_t)direction, .key_bytes = 16,
		         .local = 1, .remote = 2 };

	sa.inner_local = first ? left : right;
	sa.inner_remote = first ? right : left;
	memset(sa.key, (int)spi, 16);
	return sa;
}

static int
setup(void **state)
{
	struct viaduct_config first = config_of(true), second = config_of(false);
	struct sa_event event;
	uint32_t refused;

	(void)state;
	a = calloc(1, sizeof *a), b = calloc(1, sizeof *b), in = malloc(PACKET_MAX);
	now = 1000;
	assert_null(viaduct_init(a, &first, 0, now, &refused));
	assert_null(viaduct_init(b, &second, 0, now, &refused));
	assert_true(sad_event(&a->sad, &event) && event.kind == SA_EVENT_NONE_LEFT);
	assert_false(sad_event(&a->sad, &event));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(a), free(b), free(in);
	return 0;
}

static uint64_t
install(struct viaduct *v, struct sa sa)
{
	uint64_t handle;

	assert_int_equal(viaduct_install(v, &sa, now, &handle), OK);
	assert_true(handle != 0);
	return handle;
}

// What is kept of an SA beside the cipher's own key schedule has neither key nor
// salt, and a deleted one leaves nothing.
static void
keys_are_not_kept(void **state)
{
	static const uint8_t none[sizeof(struct sad_entry)];
	struct sa sa = sa_of(true, SA_OUT, 300);
	struct sad_entry *e;

	(void)state;
	memset(sa.salt, 0x5a, sizeof sa.salt);
	uint64_t handle = install(a, sa);
	e = sad_find(&a->sad, handle);
	assert_non_null(e);
	assert_int_equal(e->sa.spi, 300);
	assert_memory_equal(e->sa.key, none, sizeof e->sa.key);
	assert_memory_equal(e->sa.salt, none, sizeof e->sa.salt);
	assert_int_equal(sad_delete(&a->sad, handle), OK);
	assert_memory_equal(e, none, sizeof *e);
}

static void
set_checksum(uint8_t *p, uint32_t head)
{
	uint32_t sum = 0;

	put16(p + 10, 0);
	for (uint32_t i = 0; i < head; i += 2)
		sum += get16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p + 10, (uint16_t)~sum);
}

static uint32_t
packet(uint8_t *p, uint32_t source, uint32_t destination, uint32_t length, bool df)
{
	for (uint32_t i = 0; i < length; i++)
		p[i] = (uint8_t)(i * 7 + length);
	memset(p, 0, 20);
	p[0] = 0x45, p[8] = 64, p[9] = 17;
	put16(p + 2, (uint16_t)length);
	p[6] = df ? 0x40 : 0;
	put32(p + 12, source), put32(p + 16, destination);
	set_checksum(p, 20);
	return length;
}

static uint64_t
dropped(const struct viaduct *v)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < TUNNEL_DROPS; i++)
		sum += v->status.dropped[i];
	return sum;
}

// One packet of a's red side through both; the content must come out unchanged.
static void
cross(uint32_t length)
{
	struct viaduct_out sealed, opened;
	uint8_t *content;

	packet(in, left.first + 5, right.first + 9, length, false);
	assert_int_equal(viaduct_from_red(a, in, length, now, &sealed), TO_BLACK);
	content = malloc(sealed.packet.length);
	memcpy(content, sealed.content, sealed.packet.length);
	assert_int_equal(viaduct_from_black(b, content, sealed.packet.length, now, &opened),
	                 TO_RED);
	assert_int_equal(opened.packet.length, length);
	assert_memory_equal(opened.content, in, length);
	free(content);
}

static void
test_all_lengths(void **state)
{
	struct sa out = sa_of(true, SA_OUT, 300), into = sa_of(false, SA_IN, 300);

	(void)state;
	out.flags = into.flags = SA_ESN;
	install(a, out), install(b, into);
	for (uint32_t length = 20; length < 2200; length++)
		cross(length);
	cross(65400);
	assert_int_equal(dropped(a) + dropped(b), 0);
	// never clear, and longer than what is inside
	assert_int_equal(a->status.sent, 2181);
	assert_int_equal(b->status.received_bytes, a->status.sent_bytes);
}

// Through TFC padding the length says less: a few sizes only.
static void
test_tfc(void **state)
{
	struct sa out = sa_of(true, SA_OUT, 300);
	bool seen[2048] = { false };
	unsigned sizes = 0;

	(void)state;
	out.tfc = 256;
	install(a, out), install(b, sa_of(false, SA_IN, 300));
	for (uint32_t length = 20; length < 1400; length++) {
		cross(length);
		struct viaduct_out sealed;

		packet(in, left.first, right.first, length, true);
		assert_int_equal(viaduct_from_red(a, in, length, now, &sealed), TO_BLACK);
		assert_true(sealed.packet.length <= 1480);
		sizes += !seen[sealed.packet.length];
		seen[sealed.packet.length] = true;
	}
	assert_int_equal(sizes, 6);
}

// Loss, repetition, disorder: what arrives arrives once, unaltered, in whatever order.
static void
network(bool esn, uint64_t start)
{
	enum { HELD = 40, ROUNDS = 4000 };
	static struct { uint8_t *content; uint32_t length, number; } held[HELD];
	static bool got[ROUNDS];
	struct sa out = sa_of(true, SA_OUT, 300), into = sa_of(false, SA_IN, 300);
	uint64_t replays = 0, received = 0;

	out.flags = into.flags = esn ? SA_ESN : 0;
	uint64_t handle = install(a, out), other = install(b, into);

	sad_find(&a->sad, handle)->sequence = start;
	sad_find(&b->sad, other)->replay.highest = start;
	memset(got, 0, sizeof got);
	for (uint32_t i = 0; i < ROUNDS; i++) {
		unsigned slot = (unsigned)(random_number() % HELD);
		struct viaduct_out sealed, opened;
		uint8_t copy[300];

		packet(in, left.first, right.first, 100, false);
		put32(in + 20, i);
		assert_int_equal(viaduct_from_red(a, in, 100, now, &sealed), TO_BLACK);
		free(held[slot].content);               // the one before is lost
		held[slot].content = malloc(sealed.packet.length);
		memcpy(held[slot].content, sealed.content, sealed.packet.length);
		held[slot].length = sealed.packet.length;
		for (unsigned n = 0; n < random_number() % 4; n++) {
			slot = (unsigned)(random_number() % HELD);
			if (held[slot].content == NULL)
				continue;
			memcpy(copy, held[slot].content, held[slot].length);
			bool bad = random_number() % 4 == 0;

			if (bad)
				copy[8 + random_number() % (held[slot].length - 8)] ^= 0x10;
			if (viaduct_from_black(b, copy, held[slot].length, now, &opened) ==
			    TO_RED) {
				assert_false(bad);
				uint32_t number = get32(opened.content + 20);

				assert_true(number < ROUNDS && !got[number]);
				got[number] = true;
				received++;
			}
		}
	}
	replays = b->status.dropped[DROP_BLACK_REPLAY];
	assert_true(received > ROUNDS / 4 && replays > 100 &&
	            b->status.dropped[DROP_BLACK_FORGED] > 100);
	for (unsigned i = 0; i < HELD; i++) {
		free(held[i].content);
		held[i].content = NULL;
	}
}

static void
test_bad_network(void **state)
{
	static const uint64_t starts[] = { 0, 0xfffff000, 0xfffffffff000 };

	for (unsigned i = 0; i < 3; i++) {
		if (i > 0)
			setup(state);
		network(true, starts[i]);
		if (i < 2)
			teardown(state);
	}
	teardown(state);
	setup(state);
	network(false, 0);
}

// Packets that are no business of ours, and no packets.
static void
test_red_refused(void **state)
{
	static const struct { uint32_t source, destination; enum tunnel_drop why; } cases[] = {
		{ 0x0a010005, 0x0a030001, DROP_RED_POLICY },
		{ 0x0a030001, 0x0a020001, DROP_RED_POLICY },
		{ 0x0a020001, 0x0a010001, DROP_RED_POLICY },
		{ 0x0a00ffff, 0x0a020000, DROP_RED_POLICY },
		{ 0x0a020000, 0x0a020000, DROP_RED_POLICY },
		{ 0x0a01ffff, 0x0a030000, DROP_RED_POLICY },
		{ 0x0a01ffff, 0xffffffff, DROP_RED_POLICY },
		{ 0, 0, DROP_RED_POLICY },
		{ 0x0a010000, 0x0a02ffff, DROP_RED_NO_SA },
		{ 0x0a01ffff, 0x0a020000, DROP_RED_NO_SA },
	};
	struct viaduct_out out;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		packet(in, cases[i].source, cases[i].destination, 50, false);
		uint64_t before = a->status.dropped[cases[i].why];

		assert_int_equal(viaduct_from_red(a, in, 50, now, &out), TO_NOBODY);
		assert_int_equal(a->status.dropped[cases[i].why], before + 1);
	}
	install(a, sa_of(true, SA_OUT, 300));
	for (unsigned round = 0; round < 200000; round++) {
		uint32_t length = (uint32_t)(random_number() % 120), at;

		packet(in, left.first, right.first, 100, random_number() % 2);
		for (unsigned n = 0; n < random_number() % 3; n++)
			in[random_number() % 24] = (uint8_t)random_number();
		at = (in[0] & 15u) * 4;
		if (random_number() % 2 && at >= 20)
			set_checksum(in, at);
		uint8_t *copy = malloc(length + 1);     // its end is guarded

		memcpy(copy, in, length);
		enum viaduct_to to = viaduct_from_red(a, copy, length, now, &out);

		if (to == TO_BLACK) {
			uint32_t source = get32(copy + 12), destination = get32(copy + 16);

			assert_true(sad_covers(left, source) && sad_covers(right, destination));
			assert_true(get16(copy + 2) <= length);
			assert_int_equal(get32(out.content), 300);
			assert_int_equal(out.packet.length, esp_length(get16(copy + 2)));
		}
		free(copy);
	}
	assert_true(a->status.sent > 1000 && a->status.dropped[DROP_RED_MALFORMED] > 1000);
}

// Authentic packets with anything inside.
static void
test_black_inner(void **state)
{
	struct sa into = sa_of(false, SA_IN, 300);
	struct viaduct_out out;
	struct esp esp;
	uint64_t taken = 0;

	(void)state;
	install(b, into);
	esp_init(&esp, &into);
	for (uint32_t round = 1; round < 100000; round++) {
		uint32_t length = (uint32_t)(random_number() % 120);
		uint8_t *sealed = malloc(esp_length(length)), next = random_number() % 8 ? 4 : 41;

		packet(in, left.first, right.first, 100, false);
		for (unsigned n = 0; n < random_number() % 3; n++)
			in[random_number() % 24] = (uint8_t)random_number();
		if (random_number() % 2)
			set_checksum(in, 20);
		assert_int_not_equal(esp_seal(&esp, round, round, next, in, length, length,
		                              sealed), 0);
		if (viaduct_from_black(b, sealed, esp_length(length), now, &out) == TO_RED) {
			taken++;
			assert_int_equal(next, 4);
			assert_true(out.packet.length <= length && out.packet.length >= 20);
			assert_true(sad_covers(left, get32(out.content + 12)));
			assert_true(sad_covers(right, get32(out.content + 16)));
		}
		free(sealed);
	}
	esp_fini(&esp);
	assert_true(taken > 1000 && b->status.dropped[DROP_BLACK_INNER] > 1000 &&
	            b->status.dropped[DROP_BLACK_POLICY] > 100);
	for (unsigned round = 0; round < 100000; round++) {     // and noise
		uint32_t length = (uint32_t)(random_number() % 100);
		uint8_t *noise = malloc(length + 1);

		for (uint32_t i = 0; i < length; i++)
			noise[i] = (uint8_t)random_number();
		if (length >= 4 && random_number() % 4 != 0)
			put32(noise, 300);
		assert_int_equal(viaduct_from_black(b, noise, length, now, &out), TO_NOBODY);
		free(noise);
	}
}

static void
test_install(void **state)
{
	struct sa good = sa_of(true, SA_IN, 300), sa;
	uint64_t handle, all[SA_MAX];

	(void)state;
#define BAD(error, change) \
	(sa = good, change, assert_int_equal(viaduct_install(a, &sa, now, &handle), error))
	BAD(ERR_ARG, sa.spi = 255);
	BAD(ERR_ARG, sa.direction = 2);
	BAD(ERR_ARG, sa.flags = 4);
	BAD(ERR_ARG, sa.key_bytes = 24);
	BAD(ERR_ARG, sa.key_bytes = 0);
	BAD(ERR_ARG, sa.reserved = 1);
	BAD(ERR_ARG, sa.reserved2 = 1);
	BAD(ERR_ARG, sa.local_port = 4500);
	BAD(ERR_ARG, sa.flags = SA_UDP);
	BAD(ERR_ARG, sa.mtu = 575);
	BAD(ERR_ARG, (sa.inner_local.first = left.last, sa.inner_local.last = left.first));
	BAD(ERR_REFUSED, sa.inner_local.last++);
	BAD(ERR_REFUSED, sa.inner_local.first--);
	BAD(ERR_REFUSED, sa.inner_remote.last++);
	BAD(ERR_REFUSED, sa.inner_remote = (struct sa_range){ 0 });
	BAD(ERR_REFUSED, (sa.inner_local = right, sa.inner_remote = left));
	install(a, good);
	BAD(ERR_EXISTS, (void)0);
	assert_int_equal(a->sad.count[SA_IN] + a->sad.count[SA_OUT], 1);
	for (unsigned i = 1; i < SA_MAX; i++)
		all[i] = install(a, sa_of(true, i % 2 ? SA_OUT : SA_IN, 300 + i));
	BAD(ERR_FULL, sa.spi = 1000);
	assert_int_equal(sad_delete(&a->sad, all[7]), OK);
	assert_int_equal(sad_delete(&a->sad, all[7]), ERR_ARG);
	all[0] = install(a, sa_of(true, SA_IN, 1000));
	assert_true(all[0] != all[7]);
	assert_null(sad_find(&a->sad, all[7]));
	assert_null(sad_find(&a->sad, 0));
	sad_flush(&a->sad);
	assert_int_equal(a->sad.count[SA_IN] + a->sad.count[SA_OUT], 0);
	for (size_t i = 0; i < sizeof a->sad.entry; i++)        // keys included
		assert_int_equal(((const uint8_t *)a->sad.entry)[i], 0);
}

// The newest outbound SA is used; deleting it brings the one before back.
static void
test_rekey(void **state)
{
	struct viaduct_out out;
	uint64_t newer;

	(void)state;
	install(a, sa_of(true, SA_OUT, 300));
	newer = install(a, sa_of(true, SA_OUT, 400));
	packet(in, left.first, right.first, 60, false);
	assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_BLACK);
	assert_int_equal(get32(out.content), 400);
	assert_int_equal(sad_delete(&a->sad, newer), OK);
	assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_BLACK);
	assert_int_equal(get32(out.content), 300);
}

static enum sa_event_kind
next_event(struct viaduct *v, uint64_t *handle)
{
	struct sa_event event;

	(void)sad_event(&v->sad, &event);
	*handle = event.handle;
	return event.kind;
}

static void
test_lifetimes(void **state)
{
	struct viaduct_out out;
	uint64_t handle, told;

	(void)state;
	for (unsigned kind = 0; kind < 3; kind++) {
		struct sa sa = sa_of(true, SA_OUT, 300 + kind);

		sa.soft = (struct sa_life){ .packets = kind == 0 ? 3 : 0,
		                            .bytes = kind == 1 ? 170 : 0,
		                            .seconds = kind == 2 ? 3 : 0 };
		sa.hard = (struct sa_life){ .packets = kind == 0 ? 5 : 0,
		                            .bytes = kind == 1 ? 300 : 0,
		                            .seconds = kind == 2 ? 5 : 0 };
		handle = install(a, sa);
		for (unsigned i = 1; i <= 5; i++) {
			now += 1000;
			packet(in, left.first, right.first, 60, false);
			if (kind < 2)
				assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_BLACK);
			else
				sad_tick(&a->sad, now);
			assert_int_equal(next_event(a, &told), i == 3 ? SA_EVENT_SOFT :
			                 i == 5 ? SA_EVENT_HARD : SA_EVENT_NOTHING);
			if (i == 3 || i == 5)
				assert_true(told == handle);
		}
		assert_null(sad_find(&a->sad, handle));
		assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_NOBODY);
		assert_int_equal(next_event(a, &told), SA_EVENT_ACQUIRE);
		now += 2000;
	}
	// the last sequence numbers
	for (unsigned esn = 0; esn < 2; esn++) {
		struct sa sa = sa_of(true, SA_OUT, 400);

		sa.flags = esn ? SA_ESN : 0;
		handle = install(a, sa);
		sad_find(&a->sad, handle)->sequence = (esn ? UINT64_MAX : UINT32_MAX) - 2;
		for (unsigned i = 0; i < 2; i++) {
			assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_BLACK);
			assert_int_equal(get32(out.content + 4), UINT32_MAX - 1 + i);
		}
		assert_int_equal(next_event(a, &told), SA_EVENT_HARD);
		assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_NOBODY);
		now += 2000;
		while (next_event(a, &told) != SA_EVENT_NOTHING)
			;
	}
}

static void
test_events(void **state)
{
	struct viaduct_out out;
	unsigned acquired = 0;
	uint64_t told;

	(void)state;
	packet(in, left.first + 1, right.first + 2, 60, false);
	for (unsigned i = 0; i < 5000; i++, now++)
		(void)viaduct_from_red(a, in, 60, now, &out);
	for (struct sa_event event; sad_event(&a->sad, &event); acquired++) {
		assert_int_equal(event.kind, SA_EVENT_ACQUIRE);
		assert_int_equal(event.inner_local, left.first + 1);
		assert_int_equal(event.inner_remote, right.first + 2);
	}
	assert_int_equal(acquired, 5);
	for (unsigned i = 0; i < SAD_EVENTS + 10; i++)
		sad_tell(&a->sad, (struct sa_event){ .kind = SA_EVENT_SOFT, .handle = i });
	for (unsigned i = 0; i < SAD_EVENTS; i++) {
		assert_int_equal(next_event(a, &told), SA_EVENT_SOFT);
		assert_int_equal(told, i);
	}
	assert_int_equal(next_event(a, &told), SA_EVENT_LOST);
	assert_int_equal(next_event(a, &told), SA_EVENT_NOTHING);
}

// Keys by hand: only with a number of this start; its IVs are nobody else's.
static void
test_manual(void **state)
{
	struct viaduct_config config = config_of(true);
	struct viaduct_out out;
	uint32_t refused;
	uint64_t handle;

	(void)state;
	config.manuals = 2;
	config.manual[0] = sa_of(true, SA_OUT, 300);
	config.manual[1] = sa_of(true, SA_IN, 301);
	assert_null(viaduct_init(a, &config, 0, now, &refused));
	assert_int_equal(refused, 1);
	assert_int_equal(a->sad.count[SA_OUT], 0);
	assert_int_equal(a->sad.count[SA_IN], 1);
	assert_null(viaduct_init(a, &config, 1ull << 32, now, &refused));
	assert_int_equal(refused, 1);
	for (uint32_t boot = 0x60000000; boot < 0x60000003; boot++) {
		assert_null(viaduct_init(a, &config, boot, now, &refused));
		assert_int_equal(refused, 0);
		for (uint32_t i = 1; i < 4; i++) {
			packet(in, left.first, right.first, 60, false);
			assert_int_equal(viaduct_from_red(a, in, 60, now, &out), TO_BLACK);
			assert_int_equal(get32(out.content + 4), i);
			assert_int_equal(get32(out.content + 8), boot);
			assert_int_equal(get32(out.content + 12), i);
		}
		// a flush leaves them
		sad_flush(&a->sad);
		assert_int_equal(a->sad.count[SA_OUT], 1);
	}
	for (size_t i = 0; i < sizeof a->config.manual; i++)
		assert_int_equal(((const uint8_t *)a->config.manual)[i], 0);
	config.manual[0].flags = SA_ESN;
	assert_null(viaduct_init(a, &config, 5, now, &refused));
	assert_int_equal(refused, 1);
	config.magic++;
	assert_non_null(viaduct_init(a, &config, 5, now, &refused));
	assert_int_equal(viaduct_install(a, &config.manual[1], now, &handle), ERR_REFUSED);
	config.magic--, config.manuals = VIADUCT_MANUAL + 1;
	assert_non_null(viaduct_init(a, &config, 5, now, &refused));
}

// ICMP back to red: right, bounded by what there is, none for errors and later fragments.
static void
test_too_big(void **state)
{
	struct viaduct_out out;

	(void)state;
	install(a, sa_of(true, SA_OUT, 300));
	for (uint32_t length = 1430; length < 1500; length++) {
		packet(in, left.first + 1, right.first + 2, length, true);
		enum viaduct_to to = viaduct_from_red(a, in, length, now, &out);

		if (to == TO_BLACK) {
			assert_true(out.packet.length + 20 <= 1500);
			continue;
		}
		assert_int_equal(to, TO_RED);
		struct inner inner;

		assert_true(inner_parse(out.content, out.packet.length, &inner));
		assert_int_equal(inner.source, right.first + 2);
		assert_int_equal(inner.destination, left.first + 1);
		assert_memory_equal(out.content + 28, in, 28);
		assert_int_equal(out.packet.length, 56);
		uint32_t mtu = get16(out.content + 26);

		assert_true(mtu < length);
		packet(in, left.first + 1, right.first + 2, mtu, true);
		assert_int_equal(viaduct_from_red(a, in, mtu, now, &out), TO_BLACK);
	}
	assert_int_not_equal(a->status.dropped[DROP_RED_TOO_BIG], 0);
	for (unsigned type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;

		packet(in, left.first + 1, right.first + 2, 1500, true);
		in[9] = 1, in[20] = (uint8_t)type;
		set_checksum(in, 20);
		assert_int_equal(viaduct_from_red(a, in, 1500, now, &out),
		                 error ? TO_NOBODY : TO_RED);
	}
	packet(in, left.first + 1, right.first + 2, 1500, true);
	in[7] = 1;
	set_checksum(in, 20);
	assert_int_equal(viaduct_from_red(a, in, 1500, now, &out), TO_NOBODY);
	// without DF as long as the outer packet, which has 28 bytes of heads, can be
	for (uint32_t length = 65400; length <= 65535; length++) {
		packet(in, left.first + 1, right.first + 2, length, false);
		assert_int_equal(viaduct_from_red(a, in, length, now, &out),
		                 esp_length(length) + 28 <= 65535 ? TO_BLACK : TO_RED);
	}
}

// RFC 1071, one byte after the other.
static uint16_t
sum_of(const uint8_t *p, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += (uint32_t)p[i] << (i % 2 == 0 ? 8 : 0);
	while (sum > 0xffff)
		sum = sum % 0x10000 + sum / 0x10000;
	return (uint16_t)sum;
}

// The answer itself: both checksums, each field, as much of the packet as RFC 792 wants,
// and not a byte behind it.
static void
test_too_big_bytes(void **state)
{
	uint8_t answer[INNER_TOO_BIG + 1], *p = malloc(1500);

	(void)state;
	for (uint32_t head = 20; head <= INNER_HEAD_MAX; head += 4)
		for (uint32_t content = 0; content < 12; content++) {
			uint32_t quoted = (head + (content < 8 ? content : 8)) & ~1u;
			struct inner inner = { head + content, 0x0a000001, 0x0a000102, true };

			memset(answer, 0xee, sizeof answer);
			for (uint32_t i = 0; i < 1500; i++)
				p[i] = (uint8_t)(i * 7 + content);
			p[0] = (uint8_t)(0x40 | head / 4);
			p[6] = 0x40, p[7] = 0, p[9] = 17;
			assert_int_equal(inner_too_big(p, &inner, 1234, answer), 28 + quoted);
			assert_int_equal(sum_of(answer, 20), 0xffff);
			assert_int_equal(sum_of(answer + 20, 8 + quoted), 0xffff);
			assert_memory_equal(answer, "\x45\0\0", 3);
			assert_int_equal(answer[3], 28 + quoted);
			assert_memory_equal(answer + 4, "\0\0\0\0\x40\1", 6);
			assert_memory_equal(answer + 12, "\x0a\0\1\2\x0a\0\0\1\3\4", 10);
			assert_memory_equal(answer + 24, "\0\0\x04\xd2", 4);
			assert_memory_equal(answer + 28, p, quoted);
			for (uint32_t i = 28 + quoted; i < sizeof answer; i++)
				assert_int_equal(answer[i], 0xee);
		}
	free(p);
}

static void
test_dummies(void **state)
{
	struct viaduct_config config = config_of(true);
	struct viaduct_out out;
	uint32_t refused;
	uint8_t copy[200];

	(void)state;
	config.dummy_ms = 500;
	assert_null(viaduct_init(a, &config, 0, now, &refused));
	install(a, sa_of(true, SA_OUT, 300)), install(b, sa_of(false, SA_IN, 300));
	for (unsigned i = 1; i <= 10; i++) {
		now += 499;
		assert_int_equal(viaduct_dummy(a, now, &out), TO_NOBODY);
		now++;
		assert_int_equal(viaduct_dummy(a, now, &out), TO_BLACK);
		memcpy(copy, out.content, out.packet.length);
		assert_int_equal(viaduct_from_black(b, copy, out.packet.length, now, &out),
		                 TO_NOBODY);
		assert_int_equal(b->status.dummies, i);
		assert_int_equal(viaduct_dummy(a, now, &out), TO_NOBODY);
	}
	assert_int_equal(dropped(b), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_are_not_kept),
		TEST(test_all_lengths), TEST(test_tfc), TEST(test_bad_network),
		TEST(test_red_refused),
		TEST(test_black_inner), TEST(test_install), TEST(test_rekey), TEST(test_lifetimes),
		TEST(test_events), TEST(test_manual), TEST(test_too_big), TEST(test_too_big_bytes),
		TEST(test_dummies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
