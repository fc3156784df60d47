// SPDX-License-Identifier: MIT
// A hostile client of nic-mux.  Its argument says how: "flood" sends as fast as
// it can, also as somebody else; "lie" fills both rings with random numbers.
// At the end it says what the server counted, and how many frames it was given
// that were not for it.
#include <session/net.h>
#include <sys/startup.h>
#include "../say.h"

enum { FLOOD = 120000, LIES = 500, VICTIM = 0x0a };

static const struct startup_use *use;
static struct net_end out, in;
static uint8_t own[NET_ADDRESS], frame[NET_FRAME_MAX];
static int64_t foreign, group, mine;

static uint32_t
random(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (uint32_t)(state >> 16);
}

static void
receive(void)
{
	uint32_t length;

	for (unsigned i = 0; i < NET_SLOTS && net_get(&in, frame, &length) == NET_GOT; i++) {
		group += (frame[0] & 1) && frame[12] == 0x88 && frame[13] == 0xb5;
		mine += memcmp(frame, own, NET_ADDRESS) == 0;
		foreign += !(frame[0] & 1) && memcmp(frame, own, NET_ADDRESS) != 0;
	}
}

static void
flood(void)
{
	static uint8_t junk[NET_FRAME_MAX];

	for (unsigned i = 0; i < FLOOD; i++) {
		junk[0] = 2, junk[5] = i % 64 == 1 ? VICTIM : 0x7f;
		if (i % 256 == 2)
			memset(junk, 0xff, NET_ADDRESS);
		else
			memset(junk + 1, 0, 4);
		memcpy(junk + NET_ADDRESS, own, NET_ADDRESS);
		junk[11] = i % 4 == 3 ? VICTIM : own[5];
		while (!net_put(&out, junk, 60 + random() % 1400))
			(void)!sys_raise(use->signal, NET_SIGNAL);
		if (i % 16 == 0)
			(void)!sys_raise(use->signal, NET_SIGNAL);
		receive();
	}
	while (out.ring->head != out.index) {           // until all have been taken
		(void)!sys_raise(use->signal, NET_SIGNAL);
		sys_sleep(sys_in_ms(1));
	}
}

static struct net_stats
statistics(void)
{
	struct net_stats stats;

	if (net_stats((struct net_session){ use->gate }, &stats) != OK)
		die("no statistics");
	return stats;
}

// Until the server has noticed often enough.
static void
lie(void)
{
	while (statistics().broken < LIES) {
		for (unsigned r = 0; r < 2; r++) {
			uint32_t *words = (uint32_t *)(uintptr_t)(use->shared + r * NET_RING);

			words[0] = random() >> random() % 32;
			words[16] = random() >> random() % 32;
			for (unsigned n = 0; n < 200; n++)
				words[random() % (NET_RING / 4)] = random();
		}
		(void)!sys_raise(use->signal, 1 + random() % 255);
		tag_t answer = sys_call(use->gate, tag(3 + random() % 1000, random() % 64, 0));

		if (tag_label(answer) != ERR_OP)
			log_line("an operation that does not exist");
	}
}

int
main(void)
{
	use = startup_use("net");
	out = net_to_server(use->shared), in = net_to_client(use->shared);
	if (net_info((struct net_session){ use->gate }, own) != OK)
		die("no address");
	while (group == 0) {            // until somebody on the wire says so
		(void)sys_wait(DEADLINE_NONE);
		receive();
	}
	log_line("begins");
	if (strcmp(startup()->argument, "lie") == 0)
		lie();
	else
		flood();
	struct net_stats stats = statistics();

	say("counted", (int64_t[]){ (int64_t)stats.sent, (int64_t)stats.bad,
	                            (int64_t)stats.broken }, 3);
	say("got", (int64_t[]){ foreign, group, mine }, 3);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
