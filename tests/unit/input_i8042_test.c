// SPDX-License-Identifier: MIT
// Setting up the PS/2 controller, against a model of it and its two devices that
// can be absent, mute, slow or talkative.  Time is the number of port accesses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>
#include <sys/port.h>
#include <sys/sys.h>

enum { TICKS_PER_MS = 1000, QUEUE = 4096, NEVER = 10000 * TICKS_PER_MS };

// The model: what waits to be read, and who is there.
static struct {
	bool absent, stuck;             // no controller; one that takes no commands
	bool keyboard, mouse;           // devices that answer
	bool talkative;                 // a byte of a packet before each answer of the mouse
	bool babble;                    // both devices talk without end
	bool raw;                       // a controller that cannot translate
	int  wheel;                     // the id the mouse can have at best
	int  press_after;               // a key is pressed when so many bytes came
	uint64_t now;
	uint16_t queue[QUEUE];          // plus 0x100 if from the mouse
	unsigned first, end;
	uint8_t command, config, told[QUEUE];
	unsigned told_count, mouse_told_count;
	uint8_t mouse_told[QUEUE];
	uint8_t leds, scancodes, repeat, id;
	bool scanning, streaming;
} m;

static void
say(uint16_t byte)
{
	assert_in_range(m.end, 0, QUEUE - 1);
	m.queue[m.end++] = byte;
}

// After 200, RATE, 80.
static bool
knocked(uint8_t rate)
{
	static const uint8_t first[] = { 0xf3, 200, 0xf3 }, last[] = { 0xf3, 80 };

	return m.mouse_told_count >= 6 &&
	       memcmp(&m.mouse_told[m.mouse_told_count - 6], first, 3) == 0 &&
	       m.mouse_told[m.mouse_told_count - 3] == rate &&
	       memcmp(&m.mouse_told[m.mouse_told_count - 2], last, 2) == 0;
}

static void
to_mouse(uint8_t byte)
{
	if (!m.mouse)
		return;
	if (m.talkative)
		say(0x108);
	if (byte == 0xf2 && knocked(100) && m.wheel >= 3)
		m.id = 3;
	if (byte == 0xf2 && knocked(200) && m.wheel == 4)
		m.id = 4;
	m.mouse_told[m.mouse_told_count++] = byte;
	say(0x1fa);
	if (byte == 0xff)
		m.id = 0, m.streaming = false, say(0x1aa), say(0x100);
	else if (byte == 0xf2)
		say((uint16_t)(0x100 | m.id));
	else if (byte == 0xf4)
		m.streaming = true;
}

static void
to_keyboard(uint8_t byte)
{
	uint8_t before = m.told_count > 0 ? m.told[m.told_count - 1] : 0;

	if (!m.keyboard)
		return;
	if (m.press_after-- == 0)
		say(0x1e), say(0x9e);   // before the answer
	m.told[m.told_count++] = byte;
	say(0xfa);
	if (before == 0xed)
		m.leds = byte;
	else if (before == 0xf0)
		m.scancodes = byte;
	else if (before == 0xf3)
		m.repeat = byte;
	else if (byte == 0xf4 || byte == 0xf5)
		m.scanning = byte == 0xf4;
}

static uint8_t
model_in(uint16_t port)
{
	m.now++;
	assert_in_range(m.now, 0, NEVER);       // nothing takes that long
	if (m.absent)
		return 0xff;
	if (m.babble)
		return port == 0x60 ? 0x33 : m.now % 4 < 2 ? 0x21 : 0x01;
	if (port == 0x64)
		return (uint8_t)((m.first < m.end ? 1 : 0) | (m.stuck ? 2 : 0) |
		                 (m.first < m.end && m.queue[m.first] >= 0x100 ? 0x20 : 0));
	assert_int_equal(port, 0x60);
	assert_true(m.first < m.end);   // nobody reads what is not there
	return (uint8_t)m.queue[m.first++];
}

static void
model_out(uint16_t port, uint8_t value)
{
	m.now++;
	assert_false(m.stuck);
	if (port == 0x64) {
		m.command = value;
		if (value == 0xaa)
			say(0x55);
		else if (value == 0x20)
			say(m.config);
		return;
	}
	assert_int_equal(port, 0x60);
	if (m.command == 0x60)
		m.config = m.raw ? value & 0xbf : value;
	else if (m.command == 0xd4)
		to_mouse(value);
	else
		to_keyboard(value);
	m.command = 0;
}

#define port_in8 model_in
#define port_out8 model_out
#define sys_now() (m.now)
#define sys_in_ms(ms) (m.now + (uint64_t)(ms) * TICKS_PER_MS)
#include "input-drv/i8042.c"
#undef sys_now

static int
setup(void **state)
{
	(void)state;
	memset(&m, 0, sizeof m);
	memset(&kept, 0, sizeof kept);
	m.keyboard = m.mouse = true;
	m.wheel = 4;
	m.press_after = -1;
	return 0;
}

static void
reads(const int *bytes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(i8042_read(), bytes[i]);
	assert_int_equal(i8042_read(), I8042_NOTHING);
}
#define READS(...) reads((const int[]){ __VA_ARGS__ }, sizeof (int[]){ __VA_ARGS__ } / sizeof(int))
#define READS_NOTHING() assert_int_equal(i8042_read(), I8042_NOTHING)

static void
test_all_there(void **state)
{
	bool set2 = true;

	(void)state;
	for (uint16_t i = 0; i < 20; i++)
		say(i);                 // the firmware's leftovers
	assert_true(i8042_init(&set2));
	assert_false(set2);
	assert_true(i8042_init_keyboard(5));
	assert_int_equal(m.config, 0x47);
	assert_true(m.scanning);
	assert_int_equal(m.leds, 5);
	assert_int_equal(m.scancodes, 2);
	assert_int_equal(m.repeat, 0x20);
	struct mouse mouse = i8042_init_mouse();
	assert_int_equal(mouse.size, 4);
	assert_true(mouse.five);
	assert_true(m.streaming);
	READS_NOTHING();
	assert_in_range(m.now, 0, 10 * TICKS_PER_MS);
}

static void
test_no_controller(void **state)
{
	bool set2;

	(void)state;
	m.absent = true;
	assert_false(i8042_init(&set2));
	setup(NULL);
	m.stuck = true;
	assert_false(i8042_init(&set2));
	assert_in_range(m.now, WAIT_MS * TICKS_PER_MS, 2 * WAIT_MS * TICKS_PER_MS);
}

// Neither keeps the other from being set up, nor the driver for longer than a second.
static void
test_absent_devices(void **state)
{
	bool set2;

	(void)state;
	m.keyboard = false;
	assert_true(i8042_init(&set2));
	assert_false(i8042_init_keyboard(2));
	assert_int_equal(i8042_init_mouse().size, 4);
	assert_in_range(m.now, 0, 1000 * TICKS_PER_MS);
	setup(NULL);
	m.mouse = false;
	assert_true(i8042_init(&set2));
	assert_true(i8042_init_keyboard(2));
	assert_true(m.scanning);
	assert_int_equal(i8042_init_mouse().size, 0);
	assert_in_range(m.now, 0, 1000 * TICKS_PER_MS);
}

static void
test_kinds_of_mice(void **state)
{
	(void)state;
	for (m.wheel = 0; m.wheel <= 4; m.wheel++) {
		struct mouse mouse = i8042_init_mouse();

		assert_int_equal(mouse.size, m.wheel >= 3 ? 4 : 3);
		assert_int_equal(mouse.five, m.wheel == 4);
	}
}

static void
test_raw_controller(void **state)
{
	bool set2 = false;

	(void)state;
	m.raw = true;
	assert_true(i8042_init(&set2));
	assert_true(set2);
}

// Old packets between the answers are gone when the mouse is ready; keys are not.
static void
test_talkative_mouse(void **state)
{
	(void)state;
	m.talkative = true;
	say(0x58), say(0xd8);
	struct mouse mouse = i8042_init_mouse();
	assert_int_equal(mouse.size, 4);
	assert_true(mouse.five);
	READS(0x58, 0xd8);
}

static void
test_keys_while_lights_change(void **state)
{
	(void)state;
	say(0x46), say(0x108), say(0x101);
	m.press_after = 1;              // in front of the second acknowledgement
	i8042_set_leds(7);
	assert_int_equal(m.leds, 7);
	say(0x12);
	READS(0x46, 0x108, 0x101, 0x1e, 0x9e, 0x12);
}

// Something that answers without end and never what is waited for.
static void
test_babble(void **state)
{
	(void)state;
	m.babble = true;
	i8042_set_leds(1);
	assert_int_equal(i8042_init_mouse().size, 0);
	assert_in_range(m.now, 0, 200 * TICKS_PER_MS);
	for (unsigned i = 0; i < KEPT_MAX; i++)
		assert_int_not_equal(i8042_read(), I8042_NOTHING);
}

// The same from the start: the leftovers are not read for ever.
static void
test_babble_at_start(void **state)
{
	bool set2;

	(void)state;
	m.babble = true;
	i8042_init(&set2);
	assert_in_range(m.now, 0, 2000 * TICKS_PER_MS);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_there), TEST(test_no_controller), TEST(test_absent_devices),
		TEST(test_kinds_of_mice), TEST(test_raw_controller), TEST(test_talkative_mouse),
		TEST(test_keys_while_lights_change), TEST(test_babble),
		TEST(test_babble_at_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
