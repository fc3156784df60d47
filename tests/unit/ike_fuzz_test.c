// SPDX-License-Identifier: MIT
// Hostile messages: each kind of message, changed in every way that comes to
// mind, on the wire and, as a hostile peer who knows the keys, before it is sealed.
// Arguments: how many rounds, for a long run, and the first one.
#include "tests/unit/ike_world.h"

static struct world w;
static unsigned rounds = 400, start;
static uint64_t steps;
static unsigned inside;         // in 100: messages changed before they are sealed
static unsigned outside;        // in 100: messages changed on the wire

bool __real_seal_end(struct writer *wr, const struct keys *k, unsigned who);
bool __wrap_seal_end(struct writer *wr, const struct keys *k, unsigned who);

// A few bytes become others, preferably lengths, types and extremes.
static void
mutate(uint8_t *bytes, uint32_t n)
{
	static const uint8_t extreme[] = { 0, 1, 0x7f, 0x80, 0xff, 33, 41, 42, 46, 4, 8 };

	for (unsigned i = 1 + world_random(&w, 3); i != 0 && n != 0; i--) {
		uint32_t at = world_random(&w, n);

		switch (world_random(&w, 4)) {
		case 0:
			bytes[at] ^= (uint8_t)(1u << world_random(&w, 8));
			break;
		case 1:
			bytes[at] = extreme[world_random(&w, sizeof extreme)];
			break;
		case 2:
			bytes[at] = (uint8_t)(bytes[at] + world_random(&w, 3) - 1);
			break;
		default: {
			uint32_t from = world_random(&w, n), most = n - (at > from ? at : from);

			memmove(bytes + at, bytes + from, world_random(&w, most + 1));
		}
		}
	}
}

bool
__wrap_seal_end(struct writer *wr, const struct keys *k, unsigned who)
{
	uint32_t from = wr->sealed + 4 + IV;

	if (!wr->full && world_random(&w, 100) < inside) {
		uint32_t n = wr->n - from;

		mutate(wr->at + from, n);
		if (world_random(&w, 8) == 0)
			wr->n = from + world_random(&w, n + 1);
		if (world_random(&w, 8) == 0)
			wr->at[wr->sealed] = (uint8_t)world_random(&w, 256);    // first type
	}
	return __real_seal_end(wr, k, who);
}

static void
tamper(struct world *world_, struct datagram *d)
{
	if (world_random(world_, 100) >= outside)
		return;
	mutate(d->bytes, d->n);
	if (world_random(world_, 4) == 0)
		d->n = world_random(world_, d->n + 1);
	if (world_random(world_, 16) == 0)
		d->n += world_random(world_, DATAGRAM - d->n);
	// now and then with a length that fits, so that more than the header is read
	uint32_t marker = d->path.local_port == IKE_NAT_PORT ? 4 : 0;
	if (d->n >= marker + IKE_HEADER && world_random(world_, 2) == 0) {
		d->bytes[marker + 26] = (uint8_t)((d->n - marker) >> 8);
		d->bytes[marker + 27] = (uint8_t)(d->n - marker);
		d->bytes[marker + 24] = d->bytes[marker + 25] = 0;
	}
}

static void
round_of(unsigned seed)
{
	world_init(&w, IKE_INITIATE | IKE_AES256 | IKE_X25519 | IKE_P256 |
	           (seed & 1 ? IKE_PFS : 0) | (seed & 2 ? IKE_ENCAP : 0));
	w.random = seed;
	w.tamper = tamper;
	for (unsigned i = 0; i < NODES; i++) {
		w.node[i].config.peer[0].dpd_seconds = 5;
		w.node[i].config.peer[0].child_seconds = 10;
		w.node[i].config.peer[0].ike_seconds = 15;
	}
	world_run(&w, 2 * MINUTE);
	inside = outside = 0;
	for (unsigned i = 0; i < NODES; i++) {
		w.node[i].config.peer[0].child_seconds = 3600;
		w.node[i].config.peer[0].ike_seconds = 3600;
	}
	if (!world_run_until_agreed(&w, 20 * MINUTE))
		fail_msg("seed %u does not settle", seed);
	steps += w.steps;
}

static void
test_wire(void **state)
{
	uint64_t refused = 0;

	(void)state;
	for (unsigned i = start; i < start + rounds; i++) {
		inside = 0;
		outside = 30;
		round_of(i);
		for (unsigned k = 0; k < REFUSALS; k++)
			refused += w.node[0].ike->refused[k] + w.node[1].ike->refused[k];
		world_fini(&w);
	}
	assert_true(refused > rounds * 3ull);
}

static void
test_sealed(void **state)
{
	(void)state;
	for (unsigned i = start; i < start + rounds; i++) {
		outside = 0;
		inside = i % 2 ? 15 : 50;
		round_of(i);
		world_fini(&w);
	}
	print_message("%lu steps\n", steps);
}

// Nothing but random bytes, on both ports.
static void
test_noise(void **state)
{
	uint8_t bytes[IKE_MESSAGE_MAX + 8];
	struct ike_path path = { 0xc0000202, 0xc0000201, 500, 500 };

	(void)state;
	inside = outside = 0;
	world_init(&w, IKE_INITIATE | IKE_AES256 | IKE_X25519);
	assert_true(world_run_until_agreed(&w, 2000));
	for (unsigned i = 0; i < 200000; i++) {
		uint32_t n = world_random(&w, i % 16 == 0 ? sizeof bytes : 64);

		for (uint32_t k = 0; k < n; k++)
			bytes[k] = (uint8_t)world_random(&w, 256);
		path.local_port = i & 1 ? 4500 : 500;
		if (i & 1 && i & 2 && n >= 4)
			memset(bytes, 0, 4);
		ike_datagram(w.node[1].ike, &path, bytes, n, w.now);
	}
	assert_true(world_agreed(&w));
	world_fini(&w);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire),
		cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_noise),
	};

	if (argc > 1)
		rounds = (unsigned)atoi(argv[1]);
	if (argc > 2)
		start = (unsigned)atoi(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
