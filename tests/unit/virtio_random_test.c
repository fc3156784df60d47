// SPDX-License-Identifier: MIT
// A million states of rings and registers, most of them nearly right, none of which may touch
// memory that is not the guest's: it ends where the sanitizer sees it.
#include <stdio.h>
#include "virtio_world.h"
#include "vmm/virtio_block.h"
#include "vmm/virtio_console.h"
#include "vmm/virtio_input.h"
#include "vmm/virtio_net.h"

enum { ROUNDS = 1000000, SLOTS = 5, DISK = 64 * 512, BUFFERS = 0xc000, HEADER = 0xb800 };

static struct virtio_console console;
static struct virtio_input keyboard, tablet;
static struct virtio_block disk;
static struct virtio_net net;
static struct virtio *const devices[SLOTS] = {
	&console.v, &keyboard.v, &tablet.v, &disk.v, &net.v
};
static struct net_ring rings[2];
static uint8_t *data;
static uint64_t done, refused;          // chains given back; devices that were broken

static uint64_t
chance(void)
{
	static uint64_t x = 0x9e3779b97f4a7c15;

	x ^= x << 13, x ^= x >> 7, x ^= x << 17;
	return x;
}

static uint64_t
below(uint64_t n)
{
	return chance() % n;
}

static void
hear(void *self, const uint8_t *bytes, uint32_t n)
{
	(void)self;
	for (uint32_t i = 0; i < n; i++)
		*(volatile uint8_t *)&data[bytes[i] % 512];
}

static uint64_t
somewhere(void)
{
	switch (below(80)) {
	case 0: return chance();
	case 1: return WORLD_RAM - below(64);
	case 2: return world_desc((unsigned)below(2)) + below(0x1000);  // of the rings themselves
	case 3: return 1ull << below(64);
	default: return BUFFERS + below(WORLD_RAM - BUFFERS - 0x1000);
	}
}

static uint32_t
some_length(void)
{
	switch (below(80)) {
	case 0: return (uint32_t)chance();
	case 1: return 1u << below(32);
	case 2 ... 30: return 512 * (uint32_t)below(4);
	default: return (uint32_t)below(64);
	}
}

// A request of block devices has a header; it does no harm to others.
static void
put_chain(unsigned n, bool is_disk)
{
	unsigned first = (unsigned)below(WORLD_SIZE), i = first, links = (unsigned)below(5);
	unsigned from = (unsigned)below(links + 2);
	uint64_t header[2] = { below(10), below(80) };

	for (unsigned k = 0; k <= links; k++) {
		unsigned next = (unsigned)below(below(40) == 0 ? 0x10000 : WORLD_SIZE);
		unsigned flags = (k < links) | (k >= from ? 2 : 0);

		if (below(50) == 0)
			flags = (unsigned)below(8);
		world_descriptor(n, i, somewhere(), some_length(), flags | next << 16);
		if (is_disk && k == 0 && below(10) != 0) {
			memcpy(world_ram.base + HEADER, header, sizeof header);
			world_descriptor(n, i, HEADER, 16, flags | next << 16);
		}
		i = next % WORLD_SIZE;
	}
	world_offer(n, below(50) == 0 ? (unsigned)chance() & 0xffff : first);
}

static void
user(void)
{
	uint8_t frame[NET_FRAME_MAX] = { 0 };
	struct net_end server = net_producer(&rings[1]), drain = net_consumer(&rings[0]);
	uint32_t n;

	switch (below(6)) {
	case 0: virtio_input_key(&keyboard, (uint32_t)below(300), below(2)); break;
	case 1: virtio_input_move(&tablet, (int32_t)chance(), (int32_t)chance()); break;
	case 2: virtio_input_release(&keyboard); break;
	case 3: virtio_console_in(&console, frame, (uint32_t)below(300)); break;
	case 4:
		net_put(&server, frame, 14 + (uint32_t)below(1500));
		virtio_net_signal(&net);
		break;
	default:
		while (net_get(&drain, frame, &n) != NET_NOTHING)
			;
	}
}

static void
poke(unsigned slot, unsigned base)
{
	switch (below(4)) {
	case 0: world_out(base + (unsigned)below(256), 1u << below(3), (uint32_t)chance()); break;
	case 1: world_in(base + (unsigned)below(256), 1u << below(3)); break;
	case 2: world_configure(slot, (unsigned)below(256), 1, (uint32_t)chance()); break;
	default: world_in(0xcf8 + (unsigned)below(8), 1u << below(3));
	}
}

static void
random_rings(void **state)
{
	static const uint8_t address[NET_ADDRESS] = { 2 };
	unsigned base[SLOTS + 1];
	(void)state;

	world_make();
	data = malloc(DISK);
	memset(data, 1, DISK);
	pci_init();
	console.out = hear;
	virtio_console_init(&console);
	virtio_input_init(&keyboard);
	virtio_input_init(&tablet);
	virtio_input_tablet(&tablet, 800, 600);
	virtio_block_init(&disk, data, DISK, false);
	virtio_net_init(&net, net_producer(&rings[0]), net_consumer(&rings[1]), address);
	for (unsigned i = 0; i < SLOTS; i++)
		assert_true(virtio_add(devices[i], &world_ram));
	for (unsigned i = 1; i <= SLOTS; i++) {
		world_rings = 0x2000 * i - 0x1000;
		world_configure(i, 0x10, 4, 0xc000 + i * 256);
		base[i] = world_drive(i);
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned slot = 1 + (unsigned)below(SLOTS), n = (unsigned)below(2);
		struct virtio *v = devices[slot - 1];

		world_rings = 0x2000 * slot - 0x1000;
		if (v->status & 64 || below(200) == 0) {
			refused += v->status >> 6 & 1;
			memset(world_ram.base + world_desc(0), 0, 0x2000);
			world_configure(slot, 0x10, 4, 0xc000 + slot * 256);
			base[slot] = world_drive(slot);
		}
		for (uint64_t k = below(3); k > 0; k--)
			put_chain(n, slot == 4);
		if (below(300) == 0)
			world_ram.base[world_avail(n) + 2 + below(2)] = (uint8_t)chance();
		unsigned before = world_done(n);

		world_kick(base[slot], n);
		// the used ring may have been overwritten by the guest's own wish
		done += (uint16_t)(world_done(n) - before) <= WORLD_SIZE ?
			(uint16_t)(world_done(n) - before) : 0;
		user();
		if (below(16) == 0)
			poke(slot, base[slot]);
	}
	printf("%d states: %llu chains done, %llu devices broken\n", ROUNDS,
	       (unsigned long long)done, (unsigned long long)refused);
	// both happened, and often
	assert_true(done > ROUNDS / 5 && refused > ROUNDS / 50);
	free(data);
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(random_rings) };

	return cmocka_run_group_tests_name("virtio_random", tests, NULL, NULL);
}
