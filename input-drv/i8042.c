// SPDX-License-Identifier: MIT
// Port I/O with the PS/2 controller.  Sources: IBM PS/2 Hardware Interface
// Technical Reference, keyboard and auxiliary device controller; Microsoft's
// IntelliMouse knocks for wheel and side buttons.

#include <sys/port.h>
#include <sys/sys.h>
#include "i8042.h"

enum { PORT_DATA = 0x60, PORT_STATUS = 0x64 };  // status: read; command: write
enum { STATUS_OUTPUT = 1 << 0, STATUS_INPUT = 1 << 1, STATUS_MOUSE = 1 << 5 };

enum {
	CMD_READ_CONFIG = 0x20, CMD_WRITE_CONFIG = 0x60, CMD_DISABLE_MOUSE = 0xa7,
	CMD_ENABLE_MOUSE = 0xa8, CMD_SELF_TEST = 0xaa, CMD_DISABLE_KEYBOARD = 0xad,
	CMD_ENABLE_KEYBOARD = 0xae, CMD_TO_MOUSE = 0xd4,
};

enum {
	CONFIG_IRQ_KEYBOARD = 1 << 0, CONFIG_IRQ_MOUSE = 1 << 1, CONFIG_SYSTEM = 1 << 2,
	CONFIG_TRANSLATE = 1 << 6,
};

// What devices understand; each byte is acknowledged.
enum {
	SET_LEDS = 0xed, SET_SCANCODES = 0xf0, SET_REPEAT = 0xf3, ENABLE = 0xf4, DISABLE = 0xf5,
	MOUSE_RESOLUTION = 0xe8, MOUSE_ID = 0xf2, MOUSE_RATE = 0xf3, MOUSE_RESET = 0xff,
	ACK = 0xfa, MOUSE_RESET_GOOD = 0xaa,
};
enum { WAIT_MS = 50, WAIT_RESET_MS = 800, FLUSH_MAX = 64, KEPT_MAX = 64 };

static struct { int byte[KEPT_MAX]; unsigned count, next; } kept;

static bool
wait_status(uint8_t mask, uint8_t value, uint64_t end)
{
	while (sys_now() < end)
		if ((port_in8(PORT_STATUS) & mask) == value)
			return true;
	return false;
}

static bool
out(uint16_t port, uint8_t value)
{
	if (!wait_status(STATUS_INPUT, 0, sys_in_ms(WAIT_MS)))
		return false;
	port_out8(port, value);
	return true;
}

static int
take(void)
{
	uint8_t status = port_in8(PORT_STATUS);

	if ((status & STATUS_OUTPUT) == 0)
		return I8042_NOTHING;
	return port_in8(PORT_DATA) | (status & STATUS_MOUSE ? I8042_MOUSE : 0);
}

int
i8042_read(void)
{
	if (kept.next < kept.count)
		return kept.byte[kept.next++];
	kept.next = kept.count = 0;
	return take();
}

static void
keep(int byte)
{
	if (byte != I8042_NOTHING && kept.count < KEPT_MAX)
		kept.byte[kept.count++] = byte;
}

// The next byte of a device, 0 or I8042_MOUSE; or I8042_NOTHING.
static int
receive(int device, uint64_t end)
{
	while (wait_status(STATUS_OUTPUT, STATUS_OUTPUT, end)) {
		int byte = take();

		if (byte != I8042_NOTHING && (byte & I8042_MOUSE) == device)
			return byte & 0xff;
		keep(byte);
	}
	return I8042_NOTHING;
}

// Wait for this answer.  Keys may come before it, or a packet, which is as old as
// the mouse's set-up and lost.
static bool
expect(int device, int answer, uint32_t ms)
{
	uint64_t end = sys_in_ms(ms);
	int byte;

	while ((byte = receive(device, end)) != answer && byte != I8042_NOTHING)
		if (device != I8042_MOUSE)
			keep(byte);
	return byte == answer;
}

// Send bytes to a device, each when the one before was acknowledged.
static bool
tell(int device, const uint8_t *byte, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if ((device == I8042_MOUSE && !out(PORT_STATUS, CMD_TO_MOUSE)) ||
		    !out(PORT_DATA, byte[i]) || !expect(device, ACK, WAIT_MS))
			return false;
	return true;
}
#define TELL(device, ...) \
	tell(device, (const uint8_t[]){ __VA_ARGS__ }, sizeof (uint8_t[]){ __VA_ARGS__ })

void
i8042_set_leds(uint8_t leds)
{
	TELL(0, SET_LEDS, leds);
}

// A keyboard without one of these commands has the others.
bool
i8042_init_keyboard(uint8_t leds)
{
	bool there = TELL(0, DISABLE);  // silent while it is set up

	TELL(0, SET_SCANCODES, 2);
	TELL(0, SET_REPEAT, 0x20);      // after 500 ms, 30 a second
	i8042_set_leds(leds);
	return TELL(0, ENABLE) || there;
}

bool
i8042_init(bool *set2)
{
	if (port_in8(PORT_STATUS) == 0xff || !out(PORT_STATUS, CMD_DISABLE_KEYBOARD) ||
	    !out(PORT_STATUS, CMD_DISABLE_MOUSE))
		return false;
	for (int i = 0; i < FLUSH_MAX && take() != I8042_NOTHING; i++)
		;
	// some controllers do not know the self test: what it says is not needed
	if (out(PORT_STATUS, CMD_SELF_TEST))
		receive(0, sys_in_ms(WAIT_RESET_MS));
	out(PORT_STATUS, CMD_WRITE_CONFIG);
	out(PORT_DATA, CONFIG_SYSTEM | CONFIG_TRANSLATE | CONFIG_IRQ_KEYBOARD | CONFIG_IRQ_MOUSE);
	int config = out(PORT_STATUS, CMD_READ_CONFIG) ?
		receive(0, sys_in_ms(WAIT_MS)) : I8042_NOTHING;

	*set2 = config >= 0 && (config & CONFIG_TRANSLATE) == 0;
	out(PORT_STATUS, CMD_ENABLE_KEYBOARD);
	return true;
}

// Microsoft's knocks: after three rates in succession the mouse has another id.
static int
knock(uint8_t rate)
{
	return TELL(I8042_MOUSE, MOUSE_RATE, 200, MOUSE_RATE, rate, MOUSE_RATE, 80, MOUSE_ID) ?
	       receive(I8042_MOUSE, sys_in_ms(WAIT_MS)) : I8042_NOTHING;
}

struct mouse
i8042_init_mouse(void)
{
	out(PORT_STATUS, CMD_ENABLE_MOUSE);
	if (!TELL(I8042_MOUSE, MOUSE_RESET) ||
	    !expect(I8042_MOUSE, MOUSE_RESET_GOOD, WAIT_RESET_MS) ||
	    receive(I8042_MOUSE, sys_in_ms(WAIT_MS)) == I8042_NOTHING)
		return (struct mouse){ 0 };
	bool wheel = knock(100) == 3, five = wheel && knock(200) == 4;

	TELL(I8042_MOUSE, MOUSE_RATE, 100);
	TELL(I8042_MOUSE, MOUSE_RESOLUTION, 3);         // 8 counts per mm
	TELL(I8042_MOUSE, ENABLE);
	return (struct mouse){ .size = wheel ? 4 : 3, .five = five };
}
