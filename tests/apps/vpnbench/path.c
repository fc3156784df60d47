// SPDX-License-Identifier: MIT
// The way from red to black: plays both drivers, gives the red stack a frame and
// waits until the black one sends it on.
#include <session/net.h>
#include <sys/startup.h>
#include "bench.h"

enum { RED, BLACK };
enum { BURST = 32 };

static struct net_end in[2], out[2];
static uint8_t address[2][NET_ADDRESS], frame[NET_FRAME_MAX];
static const uint8_t host[NET_ADDRESS] = { 2, 0, 0, 0, 0, 0x99 };
static const struct net_stats none;

static void
send(unsigned side, uint32_t length)
{
	(void)!net_put(&out[side], frame, length);
	(void)!sys_raise(startup_clients()[side].signal, NET_SIGNAL);
}

// Serves the stacks until the black one has sent so many packets.
static void
wait_black(unsigned packets)
{
	static uint8_t seen[NET_FRAME_MAX];
	uint32_t length;

	for (;;) {
		while (net_get(&in[RED], seen, &length) == NET_GOT)
			;
		while (net_get(&in[BLACK], seen, &length) == NET_GOT)
			if (seen[12] == 8 && seen[13] == 0 && --packets == 0)
				return;
		struct reply r = sys_wait(DEADLINE_NONE);

		while (tag_err(r.tag) == OK && tag_kind(r.tag) == MSG_IPC)
			r = sys_reply_and_wait(net_serve(tag_label(r.tag), address[r.label - 1],
			                                 &none), DEADLINE_ZERO);
	}
}

// So many packets at once; what each of them costs.
static void
measure(const char *what, uint32_t bytes, unsigned packets)
{
	memset(frame, 0, NET_FRAME_MIN);
	memcpy(frame, address[RED], NET_ADDRESS);
	memcpy(frame + 6, host, NET_ADDRESS);
	frame[12] = 8;
	make_packet(frame + NET_FRAME_MIN, bytes, 0);
	// the first ones wait for the viaduct's start
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_counter();

		for (unsigned n = 0; n < packets; n++)
			send(RED, NET_FRAME_MIN + bytes);
		wait_black(packets);
		sample[i] = (sys_counter() - start) / packets;
	}
	report(what, bytes);
}

// Both stacks learn who we are: an ARP request of 10.1.0.5 or 192.0.2.2 (RFC 826).
static void
introduce(unsigned side)
{
	static const uint8_t head[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	static const uint8_t ours[2][4] = { { 10, 1, 0, 5 }, { 192, 0, 2, 2 } };
	static const uint8_t theirs[2][4] = { { 10, 1, 0, 1 }, { 192, 0, 2, 1 } };

	memset(frame, 0, 60);
	memcpy(frame, address[side], NET_ADDRESS);
	memcpy(frame + 6, host, NET_ADDRESS);
	memcpy(frame + 12, head, sizeof head);
	memcpy(frame + 22, host, NET_ADDRESS);
	memcpy(frame + 28, ours[side], 4);
	memcpy(frame + 38, theirs[side], 4);
	send(side, 60);
}

void
measure_path(void)
{
	static const uint32_t sizes[] = { 64, 576, 1400 };

	for (unsigned i = 0; i < 2; i++) {
		const struct startup_client *c = &startup_clients()[i];

		net_address(c->label, address[i]);
		in[i] = net_from_client(c->shared);
		out[i] = net_for_client(c->shared);
		introduce(i);
	}
	for (unsigned s = 0; s < 3; s++) {
		measure("path", sizes[s], 1);
		measure("burst", sizes[s], BURST);
	}
}
