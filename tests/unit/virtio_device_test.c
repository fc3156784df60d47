// SPDX-License-Identifier: MIT
// The VMM's devices, each with a driver that keeps the rules, and PCI around them.
#include "virtio_world.h"
#include "vmm/virtio_block.h"
#include "vmm/virtio_console.h"
#include "vmm/virtio_input.h"
#include "vmm/virtio_net.h"

enum { NEXT = 1, WRITE = 2, BUFFER = 0x8000 };

static char said[200];
static unsigned length;

static void
hear(void *self, const uint8_t *bytes, uint32_t n)
{
	(void)self;
	assert_true(length + n < sizeof said);
	memcpy(said + length, bytes, n);
	length += n;
	said[length] = '\0';
}

static void
pci(void **state)
{
	static struct virtio_console a, b;
	(void)state;

	world_make();
	pci_init();
	virtio_console_init(&a);
	virtio_console_init(&b);
	assert_true(virtio_add(&a.v, &world_ram) && virtio_add(&b.v, &world_ram));
	assert_int_equal(world_config(0, 0), 0x12378086);
	assert_int_equal(world_config(1, 0), 0x10431af4);
	assert_int_equal(world_config(1, 8), 0x07800001);       // not a serial port
	assert_int_equal(world_config(3, 0), 0xffffffff);
	assert_int_equal(world_config(1, 0x10), 0xc101);
	assert_int_equal(world_in(0xc100 + 18, 2), ~0u);     // I/O is off
	world_configure(1, 0x10, 4, 0xffffffff);
	assert_int_equal(world_config(1, 0x10), 0xffffff01);    // 256 ports
	world_configure(1, 0x10, 4, 0xd000);
	world_configure(1, 4, 2, 5);
	assert_int_equal(world_in(0xd000 + 18, 2), 2);
	world_configure(1, 0x10, 4, 0x0001d000);                // beyond all ports
	assert_int_equal(world_in(0xd000 + 18, 2), ~0u);
	world_configure(1, 0, 4, 0);
	assert_int_equal(world_config(1, 0), 0x10431af4);
	// the capabilities: all four types once, in a chain that ends
	unsigned types = 0, at = 0x40, count = 0;

	for (; at != 0 && count < 10; count++, at = world_config(1, at) >> 8 & 0xff) {
		assert_int_equal(world_config(1, at) & 0xff, 9);
		types |= 1u << (world_config(1, at) >> 24);
		assert_true((world_config(1, at + 8)) + world_config(1, at + 12) <= 256);
	}
	assert_int_equal(types, 0x1e);
	assert_int_equal(count, 4);
	world_end();
}

static void
console(void **state)
{
	static struct virtio_console d;
	(void)state;

	world_make();
	pci_init();
	d.out = hear;
	virtio_console_init(&d);
	assert_true(virtio_add(&d.v, &world_ram));
	assert_int_equal(virtio_console_in(&d, (const uint8_t *)"early", 5), 5);
	unsigned base = world_drive(1);

	memcpy(world_ram.base + BUFFER, "Hello, world", 12);
	world_descriptor(1, 3, BUFFER, 5, NEXT | 9 << 16);
	world_descriptor(1, 9, BUFFER + 5, 7, 0);
	world_offer(1, 3);
	world_kick(base, 1);
	assert_string_equal(said, "Hello, world");
	assert_int_equal(world_done(1), 1);
	assert_true(world_line[9]);
	assert_int_equal(world_in(base + 0x38, 1), 1);
	assert_false(world_line[9]);
	assert_int_equal(world_in(base + 0x38, 1), 0);
	// what came before the driver did is gone; now three bytes at a time
	assert_int_equal(virtio_console_in(&d, (const uint8_t *)"abcdefgh", 8), 8);
	for (unsigned i = 0; i < 3; i++) {
		world_descriptor(0, i, BUFFER + 16 * i, 3, WRITE);
		world_offer(0, i);
	}
	world_kick(base, 0);
	assert_int_equal(world_done(0), 3);
	assert_int_equal(world_written(0), 2);
	assert_memory_equal(world_ram.base + BUFFER, "abc", 3);
	assert_memory_equal(world_ram.base + BUFFER + 32, "gh", 2);
	world_end();
}

static struct { uint16_t type, code; uint32_t value; } events[64];

// The driver's 64 buffers of 8 bytes, the first of them last offered `from`.
static void
offer_events(unsigned base, unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++) {
		world_descriptor(0, i % 64, BUFFER + 8 * (i % 64), 8, WRITE);
		world_offer(0, i % 64);
	}
	world_kick(base, 0);
	memcpy(events, world_ram.base + BUFFER, sizeof events);
}

static void
expect_event(unsigned i, unsigned type, unsigned code, uint32_t value)
{
	memcpy(events, world_ram.base + BUFFER, sizeof events);
	assert_int_equal(events[i].type, type);
	assert_int_equal(events[i].code, code);
	assert_int_equal(events[i].value, value);
}

static void
keyboard(void **state)
{
	static struct virtio_input d;
	(void)state;

	world_make();
	pci_init();
	virtio_input_init(&d);
	assert_true(virtio_add(&d.v, &world_ram));
	unsigned base = world_drive(1);

	virtio_input_key(&d, 30, true);                 // nobody listens yet
	offer_events(base, 0, 1);
	assert_int_equal(world_done(0), 0);             // half an event is none
	offer_events(base, 1, 5);
	assert_int_equal(world_done(0), 2);
	expect_event(0, 1, 30, 1);
	expect_event(1, 0, 0, 0);
	assert_true(world_line[9]);
	virtio_input_repeat(&d, 30);
	virtio_input_repeat(&d, 31);                    // is not held
	expect_event(2, 1, 30, 2);
	assert_int_equal(world_done(0), 4);
	virtio_input_key(&d, 42, true);
	assert_int_equal(world_done(0), 6);
	virtio_input_key(&d, 31, true);                 // no room: it goes down and up unseen
	virtio_input_key(&d, 31, false);
	virtio_input_key(&d, 0x110, true);              // no key of a keyboard
	virtio_input_key(&d, 5000, true);
	virtio_input_release(&d);
	assert_int_equal(world_done(0), 6);
	offer_events(base, 6, 20);
	assert_int_equal(world_done(0), 10);
	expect_event(6, 1, 30, 0);
	expect_event(8, 1, 42, 0);
	world_out(base + 0x40, 1, 0x11);
	world_out(base + 0x41, 1, 1);
	assert_int_equal(world_in(base + 0x42, 1), 16);
	assert_int_equal(world_in(base + 0x48, 4), 0xffffffff);
	world_out(base + 0x41, 1, 0x14);                // the guest shall not repeat
	assert_int_equal(world_in(base + 0x42, 1), 0);
	world_end();
}

static void
tablet(void **state)
{
	static struct virtio_input d;
	(void)state;

	world_make();
	pci_init();
	virtio_input_init(&d);
	virtio_input_tablet(&d, 800, 600);
	assert_true(virtio_add(&d.v, &world_ram));
	unsigned base = world_drive(1);

	offer_events(base, 0, 60);
	virtio_input_move(&d, 5000, -7);
	expect_event(0, 3, 0, 799);
	expect_event(1, 3, 1, 0);
	expect_event(2, 0, 0, 0);
	virtio_input_move(&d, 799, 0);                  // it has not moved
	assert_int_equal(world_done(0), 3);
	virtio_input_key(&d, 0x111, true);
	virtio_input_wheel(&d, 2);
	expect_event(3, 1, 0x111, 1);
	expect_event(5, 2, 8, (uint32_t)-2);
	world_out(base + 0x40, 1, 0x12);
	world_out(base + 0x41, 1, 1);
	assert_int_equal(world_in(base + 0x42, 1), 20);
	assert_int_equal(world_in(base + 0x48 + 4, 4), 599);
	world_end();
}

// A request of `sectors`; returns its status.
static unsigned
ask(unsigned base, unsigned type, uint64_t sector, uint32_t bytes)
{
	uint64_t header[2] = { type, sector };

	memcpy(world_ram.base + BUFFER, header, sizeof header);
	world_descriptor(0, 0, BUFFER, 16, NEXT | 1 << 16);
	world_descriptor(0, 1, BUFFER + 0x1000, bytes, (type == 1 ? NEXT : NEXT | WRITE) | 2 << 16);
	world_descriptor(0, 2, BUFFER + 32, 1, WRITE);
	world_ram.base[BUFFER + 32] = 0x77;
	world_offer(0, 0);
	world_kick(base, 0);
	return world_ram.base[BUFFER + 32];
}

static void
block(void **state)
{
	static struct virtio_block d;
	uint8_t *data = malloc(8 * 512 + 100);
	(void)state;

	world_make();
	pci_init();
	for (unsigned i = 0; i < 8 * 512 + 100; i++)
		data[i] = (uint8_t)(i / 512 + 1);
	virtio_block_init(&d, data, 8 * 512 + 100, false);
	assert_true(virtio_add(&d.v, &world_ram));
	unsigned base = world_drive(1);

	assert_int_equal(world_in(base + 0x40, 4), 8);
	assert_int_equal(ask(base, 0, 2, 1024), 0);
	assert_int_equal(world_written(0), 1025);
	assert_int_equal(world_ram.base[BUFFER + 0x1000], 3);
	assert_int_equal(world_ram.base[BUFFER + 0x1000 + 1023], 4);
	memset(world_ram.base + BUFFER + 0x1000, 0x55, 512);
	assert_int_equal(ask(base, 1, 7, 512), 0);
	assert_int_equal(data[7 * 512], 0x55);
	assert_int_equal(data[8 * 512], 9);
	assert_int_equal(ask(base, 0, 7, 1024), 1);     // beyond the end
	assert_int_equal(ask(base, 0, 8, 512), 1);
	assert_int_equal(ask(base, 1, 8, 512), 1);
	assert_int_equal(ask(base, 0, 1ull << 55, 512), 1);
	assert_int_equal(ask(base, 1, ~0ull, 512), 1);
	assert_int_equal(ask(base, 0, 0, 100), 1);      // no sector
	assert_int_equal(ask(base, 4, 0, 0), 0);
	assert_int_equal(ask(base, 99, 0, 512), 2);
	d.read_only = true;
	assert_int_equal(ask(base, 1, 0, 512), 1);
	assert_int_equal(data[0], 1);
	free(data);
	world_end();
}

static void
net(void **state)
{
	static struct net_ring rings[2];
	static struct virtio_net d;
	static const uint8_t address[NET_ADDRESS] = { 2, 0, 0, 0, 0, 9 };
	struct net_end server_in, server_out;
	uint8_t frame[NET_FRAME_MAX];
	uint32_t n;
	(void)state;

	world_make();
	pci_init();
	virtio_net_init(&d, net_producer(&rings[0]), net_consumer(&rings[1]), address);
	server_in = net_consumer(&rings[0]), server_out = net_producer(&rings[1]);
	assert_true(virtio_add(&d.v, &world_ram));
	unsigned base = world_drive(1);

	assert_int_equal(world_in(base + 0x45, 1), 9);
	memset(world_ram.base + BUFFER, 0xab, 100);
	world_descriptor(1, 0, BUFFER, 12, NEXT | 1 << 16);
	world_descriptor(1, 1, BUFFER + 12, 60, 0);
	for (unsigned i = 0; i < NET_SLOTS; i++)
		world_offer(1, 0);
	world_kick(base, 1);
	assert_true(d.wake);
	assert_int_equal(world_done(1), NET_SLOTS);
	world_offer(1, 0);
	world_kick(base, 1);
	assert_int_equal(world_done(1), NET_SLOTS);     // full: it waits, and nothing is lost
	assert_int_equal(net_get(&server_in, frame, &n), NET_GOT);
	assert_int_equal(n, 60);
	assert_int_equal(frame[59], 0xab);
	virtio_net_signal(&d);
	assert_int_equal(world_done(1), NET_SLOTS + 1);
	world_descriptor(1, 1, BUFFER + 12, 1600, 0);   // no frame
	world_offer(1, 0);
	world_kick(base, 1);
	// towards the guest
	memset(frame, 0xcd, sizeof frame);
	assert_true(net_put(&server_out, frame, 100));
	virtio_net_signal(&d);                          // it has no buffer
	world_descriptor(0, 0, BUFFER, 1526, WRITE);
	world_offer(0, 0);
	world_kick(base, 0);
	assert_int_equal(world_written(0), 112);
	assert_int_equal(world_16(BUFFER + 10), 1);
	assert_int_equal(world_ram.base[BUFFER + 111], 0xcd);
	world_end();
}

// The driver's own mistakes: they are said, and a reset makes all well.
static void
broken(void **state)
{
	static struct virtio_console d;
	static const struct { uint64_t addr; uint32_t length, flags_next; } lies[] = {
		{ WORLD_RAM - 4, 5, 0 }, { ~0ull, 2, 0 }, { 0, 0xffffffff, 0 },
		{ BUFFER, 1, NEXT }, { BUFFER, 1, NEXT | 64 << 16 }, { BUFFER, 16, 4 },
		{ BUFFER, 1, WRITE | NEXT | 1 << 16 }, { 1ull << 63, 0x80000000, 0 },
	};
	(void)state;

	world_make();
	pci_init();
	d.out = hear;
	virtio_console_init(&d);
	assert_true(virtio_add(&d.v, &world_ram));
	for (unsigned i = 0; i < sizeof lies / sizeof lies[0]; i++) {
		memset(world_ram.base, 0, WORLD_RAM);
		unsigned base = world_drive(1);

		length = 0;
		world_descriptor(1, 0, lies[i].addr, lies[i].length, lies[i].flags_next);
		world_offer(1, 0);
		world_kick(base, 1);
		assert_int_equal(world_in(base + 20, 1), 15 | 64);
		assert_int_equal(world_done(1), 0);
		assert_int_equal(world_in(base + 0x38, 1) & 2, 2);
		assert_int_equal(length, 0);
		world_kick(base, 1);
		assert_int_equal(world_done(1), 0);
	}
	unsigned base = world_drive(1);                 // more chains than there are descriptors

	world_ram.base[world_avail(1) + 2] = WORLD_SIZE + 1;
	world_kick(base, 1);
	assert_int_equal(world_in(base + 20, 1), 15 | 64);
	// rings that cannot be
	static const uint32_t places[][2] = { { 32, WORLD_RAM - 1008 }, { 32, 8 }, { 36, 1 },
		{ 40, 0x801 }, { 48, 0xfffffffc }, { 24, 0 }, { 24, 48 }, { 24, 256 } };

	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
		world_out(base + 20, 1, 0);
		world_out(base + 20, 1, 3);
		world_out(base + 22, 2, 1);
		world_out(base + 24, 2, WORLD_SIZE);
		world_out(base + places[i][0], places[i][0] == 24 ? 2 : 4, places[i][1]);
		world_out(base + 28, 2, 1);
		assert_int_equal(world_in(base + 20, 1) & 64, 64);
		assert_int_equal(world_in(base + 28, 2), 0);
	}
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pci), cmocka_unit_test(console), cmocka_unit_test(keyboard),
		cmocka_unit_test(tablet), cmocka_unit_test(block), cmocka_unit_test(net),
		cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests_name("virtio_device", tests, NULL, NULL);
}
