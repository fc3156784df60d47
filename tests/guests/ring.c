// SPDX-License-Identifier: MIT
// Lies to a virtio console or disk, the first function on the bus; and at the end one honest
// request.
#include "flat.h"

enum {
	SIZE = 64, NEXT = 1, WRITE = 2, RAM_SIZE = 8 << 20,
	ROUNDS = 5000, KICKS = 10000, RESETS = 5000, MOVES = 2000,
};

struct desc { uint64_t addr; uint32_t length; uint16_t flags, next; };

static struct [[gnu::aligned(4096)]] {
	struct desc desc[SIZE];
	uint16_t avail[2 + SIZE + 1];
	_Alignas(4) uint16_t used[2 + 4 * SIZE + 1];
} ring[2];
static unsigned base;

static void
configure(unsigned at, unsigned bytes, uint32_t v)
{
	port_out(0xcf8, 4, 1u << 31 | 1 << 11 | (at & 0xfc));
	port_out(0xcfc + (at & 3), bytes, v);
}

static void
drive(void)
{
	memset(ring, 0, sizeof ring);
	configure(0x10, 4, base);
	configure(4, 2, 5);
	port_out(base + 20, 1, 0);
	port_out(base + 20, 1, 3);
	port_out(base + 8, 4, 1);
	port_out(base + 12, 4, 1);
	port_out(base + 20, 1, 11);
	for (unsigned n = 0; n < 2; n++) {
		port_out(base + 22, 2, n);
		port_out(base + 24, 2, SIZE);
		port_out(base + 32, 4, (uint32_t)(uintptr_t)ring[n].desc);
		port_out(base + 36, 4, 0);
		port_out(base + 40, 4, (uint32_t)(uintptr_t)ring[n].avail);
		port_out(base + 44, 4, 0);
		port_out(base + 48, 4, (uint32_t)(uintptr_t)ring[n].used);
		port_out(base + 52, 4, 0);
		port_out(base + 28, 2, 1);
	}
	port_out(base + 20, 1, 15);
}

static uint64_t
somewhere(void)
{
	switch (chance() % 64) {
	case 0: return chance();
	case 1: return 1ull << chance() % 64;
	case 2: return RAM_SIZE - chance() % 32;
	case 3: return (uint64_t)(uintptr_t)ring + chance() % sizeof ring;      // of the ring itself
	default: return 0x600000 + chance() % 0x10000;
	}
}

static void
lie(unsigned n)
{
	unsigned head = (unsigned)chance() % SIZE, links = (unsigned)chance() % 6;
	unsigned from = (unsigned)chance() % 7;         // the first piece to be written

	for (unsigned i = 0, at = head; i <= links; i++) {
		uint32_t length = chance() % 64 == 0 ? (uint32_t)chance() :
			(uint32_t)chance() % 24;
		unsigned flags = (i < links ? NEXT : 0) | (i >= from ? WRITE : 0);

		ring[n].desc[at] = (struct desc){ somewhere(), length,
			(uint16_t)(chance() % 64 == 0 ? chance() % 8 : flags),
			(uint16_t)(chance() % 64 == 0 ? chance() : chance() % SIZE) };
		at = ring[n].desc[at].next % SIZE;
	}
	ring[n].avail[2 + ring[n].avail[1] % SIZE] = (uint16_t)(chance() % 64 == 0 ? chance() : head);
	ring[n].avail[1] = (uint16_t)(ring[n].avail[1] + (chance() % 64 == 0 ? chance() : 1));
}

// A chain that names itself for ever, in all entries.
static void
loop(void)
{
	drive();
	ring[1].desc[0] = (struct desc){ 0x600000, 1, NEXT, 0 };
	ring[1].avail[1] = SIZE;
	port_out(base + 0x3c, 2, 1);
	say("status after a loop: ", port_in(base + 20, 1));
}

static void
lies(unsigned queue)
{
	uint64_t broken = 0, done = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		if (port_in(base + 20, 1) != 15) {
			broken++;
			done += ring[queue].used[1];
			drive();
		}
		lie(queue);
		if (chance() % 4 == 0)
			lie(0);
		port_out(base + 0x3c, 2, chance() % 40 == 0 ? (uint32_t)chance() :
		         chance() % 8 != 0 ? queue : 0);
	}
	say("rings broken, out of 5000: ", broken);
	say("requests done: ", done);
}

static void
floods(void)
{
	static const uint16_t places[] = { 0x3f8, 0x20, 0xa0, 0xcf8, 0x40, 0xc000, 0xff00, 0x0000 };

	for (unsigned i = 0; i < KICKS; i++)
		port_out(base + 0x3c, 2, i % 4);
	for (unsigned i = 0; i < RESETS; i++)
		port_out(base + 20, 1, (uint32_t)chance());
	for (unsigned i = 0; i < MOVES; i++) {
		configure(0x10, 4, i % 2 ? places[i / 2 % 8] : (uint32_t)chance());
		configure((unsigned)chance() % 64, 1u << chance() % 3, (uint32_t)chance());
		port_in(places[chance() % 8], 1);
	}
}

static void
honest(bool disk)
{
	static char words[] = "the last words were honest\n";
	static uint64_t header[2];              // read sector 0, which begins as an ELF file does
	static uint8_t sector[512], status = 9;

	drive();
	if (disk) {
		ring[0].desc[5] = (struct desc){ (uint64_t)(uintptr_t)header, 16, NEXT, 6 };
		ring[0].desc[6] = (struct desc){ (uint64_t)(uintptr_t)sector, 512, NEXT | WRITE, 7 };
		ring[0].desc[7] = (struct desc){ (uint64_t)(uintptr_t)&status, 1, WRITE, 0 };
	} else {
		ring[1].desc[5] = (struct desc){ (uint64_t)(uintptr_t)words, sizeof words - 1, 0, 0 };
	}
	ring[!disk].avail[2] = 5;
	ring[!disk].avail[1] = 1;
	port_out(base + 0x3c, 2, !disk);
	if (disk)
		say("the disk's first word: ", sector[0] | (uint32_t)sector[1] << 8);
	say("rings done, status ", disk ? status : 0);
}

void
test_rings(void)
{
	bool disk;

	port_out(0xcf8, 4, 1u << 31 | 1 << 11);
	disk = port_in(0xcfe, 2) == 0x1042;
	port_out(0xcf8, 4, 1u << 31 | 1 << 11 | 0x10);
	base = port_in(0xcfc, 4) & ~3u;
	if (!disk)
		loop();
	lies(!disk);
	floods();
	honest(disk);
}
