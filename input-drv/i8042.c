// SPDX-License-Identifier: MIT
// Port I/O with the PS/2 controller.  Sources: IBM PS/2 Hardware Interface
// Technical Reference, keyboard and auxiliary device controller; Microsoft's
// IntelliMouse knocks for wheel and side buttons.

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

enum { ACK = 0xfa, SELF_TEST_GOOD = 0x55, MOUSE_RESET_GOOD = 0xaa };
enum { WAIT_MS = 50, WAIT_RESET_MS = 800, FLUSH_MAX = 64, KEPT_MAX = 32,
       PACKETS_MAX = 16 };

// Keyboard bytes that came while the mouse was set up: the attention keys work
// then, too.
static struct { uint8_t byte[KEPT_MAX]; unsigned count, next; } kept;

static inline uint8_t
in(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void
out(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static bool
wait_status(uint8_t mask, uint8_t value, uint32_t ms)
{
	for (uint64_t end = sys_in_ms(ms); (in(PORT_STATUS) & mask) != value; )
		if (sys_now() > end)
			return false;
	return true;
}

static bool
command(uint8_t cmd)
{
	if (!wait_status(STATUS_INPUT, 0, WAIT_MS))
		return false;
	out(PORT_STATUS, cmd);
	return true;
}

static bool
send(uint8_t byte)
{
	if (!wait_status(STATUS_INPUT, 0, WAIT_MS))
		return false;
	out(PORT_DATA, byte);
	return true;
}

static bool
take(uint8_t *byte, bool *from_mouse)
{
	uint8_t status = in(PORT_STATUS);

	if ((status & STATUS_OUTPUT) == 0)
		return false;
	*from_mouse = (status & STATUS_MOUSE) != 0;
	*byte = in(PORT_DATA);
	return true;
}

bool
i8042_read(uint8_t *byte, bool *from_mouse)
{
	if (kept.next == kept.count)
		return take(byte, from_mouse);
	*byte = kept.byte[kept.next++];
	*from_mouse = false;
	if (kept.next == kept.count)
		kept.next = kept.count = 0;
	return true;
}

static void
flush(void)
{
	uint8_t byte;
	bool mouse;

	for (int i = 0; i < FLUSH_MAX && take(&byte, &mouse); i++)
		;
}

// The next byte from one of the devices.  The keyboard's are kept for later, the
// mouse's lost.
static bool
receive(bool mouse, uint32_t ms, uint8_t *byte)
{
	bool from_mouse;

	for (int i = 0; i < FLUSH_MAX; i++) {
		if (!wait_status(STATUS_OUTPUT, STATUS_OUTPUT, ms))
			return false;
		if (!take(byte, &from_mouse))
			continue;
		if (from_mouse == mouse)
			return true;
		if (mouse && kept.count < KEPT_MAX)
			kept.byte[kept.count++] = *byte;
	}
	return false;
}

// Wait for this answer; a packet may come before it.
static bool
expect(bool mouse, uint8_t answer, uint32_t ms)
{
	uint8_t byte;

	for (int i = 0; i < PACKETS_MAX && receive(mouse, ms, &byte); i++)
		if (byte == answer)
			return true;
	return false;
}

// Send a byte to a device and wait for its acknowledgement.
static bool
tell(bool mouse, uint8_t byte)
{
	if (mouse && !command(CMD_TO_MOUSE))
		return false;
	return send(byte) && expect(mouse, ACK, WAIT_MS);
}

static bool
mouse_rate(uint8_t rate)
{
	return tell(true, 0xf3) && tell(true, rate);
}

bool
i8042_init(uint8_t leds, bool *set2)
{
	uint8_t answer;

	if (in(PORT_STATUS) == 0xff)
		return false;
	if (!command(CMD_DISABLE_KEYBOARD) || !command(CMD_DISABLE_MOUSE))
		return false;
	flush();
	// some controllers do not know the self test: what it says is not needed
	if (command(CMD_SELF_TEST))
		receive(false, WAIT_RESET_MS, &answer);
	command(CMD_WRITE_CONFIG);
	send(CONFIG_SYSTEM | CONFIG_TRANSLATE | CONFIG_IRQ_KEYBOARD | CONFIG_IRQ_MOUSE);
	*set2 = command(CMD_READ_CONFIG) && receive(false, WAIT_MS, &answer) &&
	        (answer & CONFIG_TRANSLATE) == 0;
	command(CMD_ENABLE_KEYBOARD);
	i8042_init_keyboard(leds);
	return true;
}

void
i8042_init_keyboard(uint8_t leds)
{
	tell(false, 0xf5);                              // silent while it is set up
	tell(false, 0xf0), tell(false, 0x02);           // set 2
	tell(false, 0xf3), tell(false, 0x20);           // repeat: after 500 ms, 30 a second
	tell(false, 0xed), tell(false, leds);
	tell(false, 0xf4);
}

// Microsoft's knocks: three rates in succession, then the mouse has another id.
static uint8_t
knock(uint8_t rate)
{
	uint8_t id = 0;

	if (mouse_rate(200) && mouse_rate(rate) && mouse_rate(80) && tell(true, 0xf2))
		receive(true, WAIT_MS, &id);
	return id;
}

struct i8042_mouse
i8042_init_mouse(void)
{
	uint8_t id;

	command(CMD_ENABLE_MOUSE);
	if (!tell(true, 0xff) || !expect(true, MOUSE_RESET_GOOD, WAIT_RESET_MS) ||
	    !receive(true, WAIT_MS, &id))
		return (struct i8042_mouse){ 0 };
	id = knock(100);                                // 3: wheel
	if (id == 3)
		id = knock(200);                        // 4: wheel and five buttons
	mouse_rate(100);
	tell(true, 0xe8), tell(true, 0x03);             // 8 counts per mm
	tell(true, 0xf4);
	return (struct i8042_mouse){ id == 3 || id == 4 ? 4 : 3, id == 4 };
}

void
i8042_keyboard_send(uint8_t byte)
{
	send(byte);
}
