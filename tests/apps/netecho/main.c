// SPDX-License-Identifier: MIT
// A client of a net session, here of the driver itself: sends each frame of the
// local experimental type (IEEE 802, 9.2.3) back to its sender, and logs the
// session's statistics when one says "stats".
#include <session/net.h>
#include <sys/startup.h>
#include "../say.h"

static const struct startup_use *use;
static struct net_end out, in;
static uint8_t own[NET_ADDRESS], frame[NET_FRAME_MAX];

static void
tell(void)
{
	struct net_stats s;

	if (net_stats((struct net_session){ use->gate }, &s) != OK)
		die("no statistics");
	say("stats", (int64_t[]){ (int64_t)s.sent, (int64_t)s.sent_bytes, (int64_t)s.received,
	                          (int64_t)s.received_bytes, (int64_t)s.full, (int64_t)s.bad,
	                          (int64_t)s.broken }, 7);
}

static void
answer(uint32_t length)
{
	if (length < 20 || frame[12] != 0x88 || frame[13] != 0xb5)
		return;
	if (memcmp(frame + 14, "stats", 5) == 0) {
		tell();
		return;
	}
	memcpy(frame, frame + NET_ADDRESS, NET_ADDRESS);
	memcpy(frame + NET_ADDRESS, own, NET_ADDRESS);
	(void)!net_put(&out, frame, length);
}

int
main(void)
{
	use = startup_use("net");
	out = net_to_server(use->shared), in = net_to_client(use->shared);
	if (net_info((struct net_session){ use->gate }, own) != OK)
		die("no address");
	log_line("ready");
	for (;;) {
		uint32_t length;

		(void)sys_wait(DEADLINE_NONE);
		for (unsigned i = 0; i < NET_SLOTS && net_get(&in, frame, &length) == NET_GOT; i++)
			answer(length);
		(void)!sys_raise(use->signal, NET_SIGNAL);
	}
}
