// SPDX-License-Identifier: MIT
// Hostile stacks on both sides of the viaduct; the argument says which.  "red" has
// a secret and tries everything to get it across in clear: all addresses, nonsense,
// lies in the rings.  "black" tries to get something to red, lies too, and searches
// all it shares with the viaduct for the secret.  Both show what the viaduct gives
// them on their wire.
#include <session/net.h>
#include <session/packet.h>
#include <sys/startup.h>
#include "../say.h"

enum { ROUNDS = 30000, SPI = 0x1002, SEARCH = 2000 };

static const struct startup_use *viaduct, *card;
static struct packet_end out, in;
static struct net_end wire;
static uint8_t own[NET_ADDRESS], content[PACKET_MAX];
static bool red;
static int64_t got, leaks, lies;

// Not as a string, so that it is nowhere but in packets.
static char secret[16];

static uint64_t
random(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return state >> 11;
}

static void
put(uint8_t *p, uint64_t n, unsigned bytes)
{
	while (bytes-- > 0)
		p[bytes] = (uint8_t)n, n >>= 8;
}

// An IPv4 packet that says the secret, between some addresses of both networks or elsewhere.
static uint32_t
make_clear(uint8_t *p)
{
	uint32_t length = 36 + (uint32_t)(random() % 1600), sum = 0;

	for (uint32_t i = 20; i + 16 <= length; i += 16)
		memcpy(p + i, secret, sizeof secret);
	put(p, 0x45000000 | length, 4);
	put(p + 4, random() % 4 ? random() % 2 << 14 : random(), 4);
	put(p + 8, 0x40110000, 4);
	put(p + 12, random() % 4 ? 0x0a010005 : 0x0a000000 | random() % 0x40000, 4);
	put(p + 16, random() % 4 ? 0x0a020001 : 0xc0000202, 4);
	for (unsigned i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16), sum = (sum & 0xffff) + (sum >> 16);
	put(p + 10, ~sum & 0xffff, 2);
	return length;
}

// ESP with a right SPI and nothing else right.
static uint32_t
make_forged(uint8_t *p)
{
	uint32_t length = 36 + (uint32_t)(random() % 1600) / 4 * 4;

	for (uint32_t i = 0; i < length; i++)
		p[i] = (uint8_t)random();
	put(p, random() % 8 ? SPI : random(), 4);
	put(p + 4, random() % 100, 4);
	return length;
}

// Numbers of all kinds into the rings, indices included.
static void
lie(void)
{
	for (unsigned r = 0; r < 2; r++) {
		uint32_t *words = (uint32_t *)(uintptr_t)(viaduct->shared + r * PACKET_RING);

		words[0] = (uint32_t)random() >> random() % 32;
		words[16] = (uint32_t)random() >> random() % 32;
		for (unsigned n = 0; n < 200; n++)
			words[random() % (PACKET_RING / 4)] = (uint32_t)(random() >> random() % 32);
	}
	lies++;
	(void)!sys_raise(viaduct->signal, 1 + random() % 255);
	out = packet_producer(packet_to_server(viaduct->shared));
	in = packet_consumer(packet_to_client(viaduct->shared));
}

static void
search(void)
{
	const char *shared = (const char *)(uintptr_t)viaduct->shared;

	for (uint64_t i = 0; i + sizeof secret <= viaduct->shared_size; i++)
		leaks += shared[i] == secret[0] && memcmp(shared + i, secret, sizeof secret) == 0;
}

// What comes from the viaduct goes to the wire as it is, until our own lies spoil it.
static void
receive(void)
{
	struct packet head;
	uint8_t frame[NET_FRAME_MAX] = { 0x02, 0xab, 0xcd, 0xef, 0, red ? 0x0a : 0x0b };

	for (unsigned i = 0; i < PACKET_BURST; i++) {
		if (packet_get(&in, &head, content, sizeof content) != PACKET_GOT)
			break;
		got++;
		if (lies > 0 || head.length > NET_FRAME_MAX - NET_FRAME_MIN)
			continue;
		memcpy(frame + 6, own, NET_ADDRESS);
		put(frame + 12, red ? 0x0800 : 0x88b7, 2);
		memcpy(frame + NET_FRAME_MIN, content, head.length);
		(void)!net_put(&wire, frame, NET_FRAME_MIN + head.length);
	}
	(void)!sys_raise(card->signal, NET_SIGNAL);
	(void)!sys_raise(viaduct->signal, PACKET_SIGNAL);
}

// Until the core has begun to take packets.
static void
wait_for_core(void)
{
	struct packet head = { .length = 20 };

	do {
		(void)!packet_put(&out, &head, content);
		(void)!sys_raise(viaduct->signal, PACKET_SIGNAL);
		sys_sleep(sys_in_ms(10));
	} while (out.ring->head != out.index);
}

int
main(void)
{
	static uint8_t packet[2048];

	red = strcmp(startup()->argument, "red") == 0;
	viaduct = startup_use("packet"), card = startup_use("net");
	if (viaduct == NULL || card == NULL ||
	    net_info((struct net_session){ card->gate }, own) != OK)
		die("a session is missing");
	out = packet_producer(packet_to_server(viaduct->shared));
	in = packet_consumer(packet_to_client(viaduct->shared));
	wire = net_to_server(card->shared);
	for (unsigned i = 0; i < sizeof secret; i++)
		secret[i] = (char)('a' + i);
	wait_for_core();
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct packet head = { .remote = 0xc0000202 };

		head.length = red ? make_clear(packet) : make_forged(packet);
		if (random() % 8 == 0)
			packet[random() % 20] = (uint8_t)random();
		(void)!packet_put(&out, &head, packet);
		if (i % 8 == 0)
			receive();
		// afterwards it does not get much any more: the rings never agree again
		if (i > ROUNDS / 2 && i % 256 == 255)
			lie();
		if (!red && i % SEARCH == 0)
			search();
	}
	receive();
	if (!red)
		search();
	say("done", (int64_t[]){ got, lies, leaks }, 3);
	for (;;) {
		(void)sys_wait(DEADLINE_NONE);
		receive();
	}
}
