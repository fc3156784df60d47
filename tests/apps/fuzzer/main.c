// SPDX-License-Identifier: MIT
// Test client: calls nitpicker for ever with senseless operations and numbers,
// on its one view after the other, and says now and then how often and what
// came back.  The numbers are pseudo-random, so a failure repeats.
#include <session/gui.h>
#include <session/reset.h>
#include "../say.h"

enum { ROUND = 10000, ERRORS = 16 };

static uint64_t state = 0x9e3779b97f4a7c15;

// xorshift64, Marsaglia 2003
static uint64_t
noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

// Sensible often enough to get past the first check.
static uint64_t
number(void)
{
	static const uint64_t edges[] = {
		0, 1, ~0ull, 1ull << 63, INT32_MAX, 1ull << 31, UINT32_MAX, 8192, 8193, 0xffff,
		1ull << 20, (1ull << 20) + 1, -(1ull << 20), 48, 49, 63, 64,
	};

	switch (noise() % 4) {
	case 0:
		return noise();
	case 1:
		return edges[noise() % (sizeof edges / sizeof *edges)];
	case 2:
		return noise() % 8;
	default:
		return noise() % 2048 - 512;
	}
}

static enum err
attack(cap_t gate)
{
	// seldom a reset, which leaves nothing for the user to see
	uint32_t op = noise() % 16 == 0 ? (uint32_t)noise() :
		noise() % 8192 == 0 ? SESSION_RESET : (uint32_t)(1 + noise() % 12);
	unsigned words = (unsigned)(noise() % 8 == 0 ? noise() % (MR_MAX + 1) : 8);
	unsigned items = noise() % 16 == 0 ? (unsigned)(noise() % (ITEMS_MAX + 1)) : 0;

	for (unsigned i = 0; i < MR_MAX; i++)
		utcb()->mr[i] = number();
	utcb()->window[FPAGE_MEM] = noise() % 4 == 0 ? number() : 0;
	tag_t t = sys_call(gate, tag(op, words, items));

	return tag_err(t) != OK ? tag_err(t) : (enum err)tag_label(t);
}

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	int64_t count[1 + ERRORS] = { 0 };

	if (use == NULL)
		die("no gui session");
	for (;;) {
		for (unsigned n = 0; n < ROUND; n++) {
			enum err e = attack(use->gate);

			count[1 + (unsigned)e % ERRORS]++;
		}
		count[0] += ROUND;
		say("calls", count, 1 + ERRORS);
	}
}
