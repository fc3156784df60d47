// SPDX-License-Identifier: MIT
// nic-mux against a model: random frames from random ports, random readers.
// The model knows for each port the frames it must receive, in order; all that
// may differ is which frames a full ring loses, and the counters say how many.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/unit/nic_mux_world.h"

enum { FRAMES = 60000, CLIENTS = 5, BURST = 40, STRANGER = 60 };

static struct world w;
static uint32_t reach[FRAMES + 1];      // by frame: a bit for each port that must receive it
static uint8_t sender[FRAMES + 1];
static unsigned expected[PORTS], got[PORTS], bad[PORTS];

static unsigned
random_below(unsigned n)
{
	return (unsigned)rand() % n;
}

// What the rules say about a frame.
static uint32_t
rules(unsigned from, unsigned to, unsigned source)
{
	uint32_t all = (1u << CLIENTS) - 1, wire = 1u << WIRE;

	if (from != WIRE && source != from)
		return 0;
	if (to == GROUP)
		return from == WIRE ? all : (all | wire) & ~(1u << from);
	if (to < CLIENTS)
		return to == from ? 0 : 1u << to;
	return from == WIRE ? 0 : wire;
}

static void
send_some(uint32_t *next)
{
	for (unsigned n = random_below(BURST); n > 0 && *next <= FRAMES; n--) {
		unsigned i = random_below(CLIENTS + 1), from = i == CLIENTS ? WIRE : i;
		unsigned to = random_below(5) == 0 ? GROUP : random_below(CLIENTS + 2);
		unsigned source = from == WIRE ? STRANGER : from;

		if (random_below(20) == 0)
			source = random_below(CLIENTS + 2);
		if (!world_send(&w, from, to, source, *next))
			continue;
		reach[*next] = rules(from, to, source);
		sender[*next] = (uint8_t)from;
		bad[from] += from != WIRE && source != from;
		for (unsigned p = 0; p < PORTS; p++)
			expected[p] += reach[*next] >> p & 1;
		(*next)++;
	}
}

// Frames for port `i` were meant for it, and come in each sender's order.
static void
receive_some(unsigned i, uint32_t last[PORTS][PORTS], unsigned n)
{
	uint32_t id;

	for (; n > 0 && (id = world_receive(&w, i)) != 0; n--) {
		assert_true(id <= FRAMES);
		assert_true(reach[id] >> i & 1);
		assert_true(last[i][sender[id]] < id);
		last[i][sender[id]] = id;
		got[i]++;
	}
}

static void
test_model(void **state)
{
	static uint32_t last[PORTS][PORTS];
	uint32_t next = 1;

	(void)state;
	srand(5);
	world_init(&w, CLIENTS);
	while (next <= FRAMES) {
		send_some(&next);
		if (random_below(4) != 0)
			mux_run(&w.mux);
		for (unsigned i = 0; i < PORTS; i++)
			if (random_below(3) != 0)
				receive_some(i, last, random_below(2 * BURST));
	}
	for (unsigned n = 0; n < 10; n++) {
		mux_run(&w.mux);
		for (unsigned i = 0; i < PORTS; i++)
			receive_some(i, last, NET_SLOTS);
	}
	for (unsigned i = 0; i < PORTS; i++) {
		const struct net_stats *s = &world_port(&w, i)->stats;

		if (i != WIRE && i >= CLIENTS)
			continue;
		assert_int_equal(got[i] + s->full, expected[i]);
		assert_int_equal(got[i], s->received);
		assert_int_equal(bad[i], s->bad);
		assert_int_equal(s->broken, 0);
		assert_true(got[i] > 1000);
	}
	world_fini(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_model) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
