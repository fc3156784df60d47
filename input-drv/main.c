// SPDX-License-Identifier: MIT
// The driver's loop: interrupt, drain the controller, push events, wake the
// client once.

#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "i8042.h"
#include "keyboard.h"

enum {
	IRQ_KEYBOARD = 1, IRQ_MOUSE = 12,
	DRAIN_MAX = 64,         // bytes before the client gets its turn
};

static struct {
	struct keyboard keyboard;
	struct mouse    mouse;
	uint64_t keyboard_tsc, mouse_tsc;       // of the last byte
	uint8_t leds;                           // as last sent
	struct input_end ring;
	cap_t   signal;                         // wakes the client
	bool    pushed;                         // something new is in the ring
	bool    lost;                           // releases may have been: say so first
} drv;

// Milliseconds since *then, which becomes now.
static uint32_t
gap(uint64_t *then)
{
	uint64_t now = sys_now(), ms = (now - *then) / kip()->tsc_khz;

	*then = now;
	return ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

// True when there was room.
static bool
put(struct input_event event)
{
	drv.lost = !input_put(&drv.ring, event);        // counted there
	drv.pushed |= !drv.lost;
	return !drv.lost;
}

void
emit(enum input_type type, uint32_t code, int32_t x, int32_t y)
{
	if (!drv.lost || put((struct input_event){ .type = INPUT_RESET, .view = 0xffff }))
		put((struct input_event){ (uint16_t)type, 0xffff, code, x, y });
}

// The client says so where the user looks.
static bool
set_up_keyboard(uint8_t leds)
{
	bool there = i8042_init_keyboard(leds);

	emit(INPUT_KEYBOARD, there, 0, 0);
	return there;
}

static void
keyboard(uint8_t byte)
{
	keyboard_byte(&drv.keyboard, byte, gap(&drv.keyboard_tsc));
	uint8_t leds = keyboard_leds(&drv.keyboard);

	if (drv.keyboard.again)
		set_up_keyboard(leds);
	else if (leds != drv.leds)
		i8042_set_leds(leds);
	drv.keyboard.again = false;
	drv.leds = leds;
}

static void
mouse(uint8_t byte)
{
	uint8_t buttons = drv.mouse.buttons;

	mouse_byte(&drv.mouse, byte, gap(&drv.mouse_tsc));
	if (drv.mouse.buttons != buttons)       // may have moved the focus
		drv.keyboard.compose = (struct compose){ 0 };
	if (drv.mouse.again)
		drv.mouse = i8042_init_mouse();
}

// True if more may be waiting.
static bool
drain(void)
{
	int byte, i = 0;

	while (i < DRAIN_MAX && (byte = i8042_read()) != I8042_NOTHING) {
		if ((byte & I8042_MOUSE) == 0)
			keyboard((uint8_t)byte);
		else
			mouse((uint8_t)byte);
		i++;
	}
	if (drv.pushed)
		sys_raise(drv.signal, INPUT_SIGNAL);
	drv.pushed = false;
	return i == DRAIN_MAX;
}

// The kernel masks a line when it interrupts.
static void
unmask(const struct startup_irq *irq)
{
	if (irq != NULL && sys_irq_unmask(irq->cap) != OK)
		die("no interrupt");
}

static const struct keymap *
layout(void)
{
	const struct startup_memory *name = startup_memory("layout");
	const struct keymap *map = name == NULL ? &keymaps[0] :
		keymap_find((const char *)(uintptr_t)name->addr, name->size);

	if (map == NULL)
		die("no such keyboard layout");
	return map;
}

static void
init(void)
{
	const struct startup_client *client = startup_clients();

	if (startup()->client_count != 1 || client->shared_size < sizeof(struct input_ring))
		die("the scenario must give exactly one client with memory");
	drv.ring.ring = (struct input_ring *)(uintptr_t)client->shared;
	// where a driver before us, that crashed, left off; nobody else writes these
	drv.ring.index = atomic_load_explicit(&drv.ring.ring->tail, memory_order_relaxed);
	drv.ring.dropped = atomic_load_explicit(&drv.ring.ring->dropped, memory_order_relaxed);
	drv.signal = client->signal;
	// what it held is let go before the controller has been set up
	put((struct input_event){ .type = INPUT_RESET, .view = 0xffff });
	sys_raise(drv.signal, INPUT_SIGNAL);

	drv.keyboard.map = layout();
	drv.keyboard.num = true;
	drv.leds = keyboard_leds(&drv.keyboard);
	while (!i8042_init(&drv.keyboard.scan.set2)) {
		emit(INPUT_KEYBOARD, 0, 0, 0);
		sys_raise(drv.signal, INPUT_SIGNAL);
		log_line("no PS/2 controller: no keyboard, no mouse");
		sys_sleep(DEADLINE_NONE);       // to start again would not help
	}
	bool there = set_up_keyboard(drv.leds);

	drv.mouse = i8042_init_mouse();
	log_line(!there ? "no keyboard" :
	         drv.mouse.five ? "keyboard, wheel mouse with five buttons" :
	         drv.mouse.size == 4 ? "keyboard, wheel mouse" :
	         drv.mouse.size == 3 ? "keyboard, mouse" : "keyboard, no mouse");
}

static void
interrupted(uint64_t label)
{
	const struct startup_irq *key = startup_irq(IRQ_KEYBOARD);

	unmask(key != NULL && label == key->label ? key : startup_irq(IRQ_MOUSE));
}

// Bytes that came before the lines were unmasked, or with an interrupt.
static uint64_t
take_bytes(void)
{
	return drain() ? DEADLINE_ZERO : DEADLINE_NONE;
}

int
main(void)
{
	init();
	unmask(startup_irq(IRQ_KEYBOARD));
	unmask(startup_irq(IRQ_MOUSE));
	serve((struct handlers){ .irq = interrupted, .idle = take_bytes });
}
