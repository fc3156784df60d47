// SPDX-License-Identifier: MIT
// What a packet costs in the viaduct: run by `make bench` where the time-stamp
// counter counts instructions.  First the core alone, then the way through the
// whole scenario.
#include <base/put.h>
#include <sys/startup.h>
#include "../../../apps/secure/viaduct/bytes.h"
#include "../../../apps/secure/viaduct/viaduct.h"
#include "bench.h"

enum { TUNNELS = 100, SPI = 1000 };

uint64_t sample[ROUNDS];
static struct viaduct viaduct, peer;
static struct packet_ring ring;
static uint8_t packet[2048], sealed[2048];

// The scenario's viaduct encrypts nothing: only the way is of interest.
static bool
no_crypto(void)
{
	return startup()->argument[0] != '\0';
}

void
report(const char *what, uint32_t bytes)
{
	char text[96], *p = put_text(text, no_crypto() ? "bench: vpn-null" : "bench: vpn");

	for (unsigned i = 1; i < ROUNDS; i++)
		for (unsigned j = i; j > 0 && sample[j - 1] > sample[j]; j--) {
			uint64_t t = sample[j];

			sample[j] = sample[j - 1];
			sample[j - 1] = t;
		}
	*p++ = ' ';
	p = put_text(p, what);
	*p++ = ' ';
	p = put_number(p, bytes);
	*p++ = ' ';
	*put_number(p, sample[ROUNDS / 2]) = '\0';
	log_line(text);
}

void
make_packet(uint8_t *p, uint32_t bytes, uint32_t net)
{
	uint32_t sum = 0;

	memset(p, 0x5a, bytes);
	put32(p, 0x45000000 | bytes), put32(p + 4, 0), put32(p + 8, 0x40110000);
	put32(p + 12, 0x0a010005), put32(p + 16, 0x0a020001 + (net << 8));
	for (unsigned i = 0; i < 20; i += 2)
		sum += get16(p + i);
	sum = (sum & 0xffff) + (sum >> 16);
	put16(p + 10, (uint16_t)~((sum & 0xffff) + (sum >> 16)));
}

// So many tunnels, each to a network of its own; the peer has the other ends.
static void
open_tunnels(uint32_t count)
{
	static struct viaduct_config config = { .magic = VIADUCT_MAGIC, .policies = 1 };
	uint32_t refused;
	uint64_t handle;

	config.policy[0] = (struct viaduct_policy){ { 0, UINT32_MAX }, { 0, UINT32_MAX } };
	(void)viaduct_init(&viaduct, &config, 0, 0, &refused);
	(void)viaduct_init(&peer, &config, 0, 0, &refused);
	for (uint32_t i = 0; i < count; i++) {
		struct sa sa = { .spi = SPI + i, .direction = SA_OUT, .key_bytes = 16,
			         .inner_local = { 0x0a010000, 0x0a0100ff },
			         .inner_remote = { 0x0a020000 + (i << 8), 0x0a0200ff + (i << 8) } };

		(void)!viaduct_install(&viaduct, &sa, 0, &handle);
		sa.direction = SA_IN;
		sa.inner_local = sa.inner_remote;
		sa.inner_remote = (struct sa_range){ 0x0a010000, 0x0a0100ff };
		(void)!viaduct_install(&peer, &sa, 0, &handle);
	}
}

// There and back; outbound the oldest tunnel is found last, inbound the newest.
static void
measure_core(uint32_t bytes, uint32_t tunnels, const char *there, const char *back)
{
	static uint64_t opened[ROUNDS];
	struct viaduct_out out;

	for (unsigned i = 0; i < ROUNDS; i++) {
		make_packet(packet, bytes, 0);
		uint64_t start = sys_counter();

		if (viaduct_from_red(&viaduct, packet, bytes, 0, &out) != TO_BLACK)
			die("not sealed");
		sample[i] = sys_counter() - start;
		make_packet(packet, bytes, tunnels - 1);
		if (viaduct_from_red(&viaduct, packet, bytes, 0, &out) != TO_BLACK)
			die("not sealed");
		memcpy(sealed, out.content, out.packet.length);
		start = sys_counter();
		if (viaduct_from_black(&peer, sealed, out.packet.length, 0, &out) != TO_RED)
			die("not opened");
		opened[i] = sys_counter() - start;
	}
	report(there, bytes);
	memcpy(sample, opened, sizeof sample);
	report(back, bytes);
}

// Into a ring, out of it, into it, out of it: the same way without the core.
static void
measure_rings(uint32_t bytes)
{
	struct packet_end p = packet_producer(&ring), c = packet_consumer(&ring);
	struct packet head = { .length = bytes };

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_counter();

		for (unsigned n = 0; n < 2; n++)
			if (!packet_put(&p, &head, packet) ||
			    packet_get(&c, &head, sealed, sizeof sealed) != PACKET_GOT)
				die("the ring lost a packet");
		sample[i] = sys_counter() - start;
	}
	report("rings", bytes);
}

static void
measure_cores(void)
{
	static const uint32_t sizes[] = { 64, 576, 1400 };

	open_tunnels(1);
	for (unsigned i = 0; i < 3; i++) {
		measure_core(sizes[i], 1, "seal", "open");
		measure_rings(sizes[i]);
	}
	open_tunnels(10);
	measure_core(576, 10, "seal10", "open10");
	open_tunnels(TUNNELS);
	measure_core(576, TUNNELS, "seal100", "open100");
}

int
main(void)
{
	if (!no_crypto())
		measure_cores();
	measure_path();
	log_line("bench: end");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
