// SPDX-License-Identifier: MIT
// The driver's loop: interrupt, drain the controller, push events, wake the
// client once.

#include <sys/startup.h>
#include "i8042.h"
#include "keyboard.h"
#include "mouse.h"

enum {
	IRQ_KEYBOARD = 1, IRQ_MOUSE = 12,
	DRAIN_MAX = 64,         // bytes before the client gets its turn
	KEYBOARD_SET_LEDS = 0xed,
	LEDS_MS = 100,
};

static struct {
	struct keyboard keyboard;
	struct mouse    mouse;
	uint64_t keyboard_tsc, mouse_tsc;       // of the last byte

	// the lights are set in two steps, each after an acknowledgement
	uint8_t leds;                           // as last sent
	bool    leds_announced;

	struct input_end ring;
	cap_t   signal;                         // wakes the client
	bool    pushed;                         // something new is in the ring
} drv;

// Milliseconds since *then, which becomes now.
static uint32_t
gap(uint64_t *then)
{
	uint64_t now = sys_now(), ms = (now - *then) / kip()->tsc_khz;

	*then = now;
	return ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

static void
push(const struct input_event *events, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		input_put(&drv.ring, events[i]);        // full: counted there
	drv.pushed |= count != 0;
}

static void
send_leds(void)
{
	drv.leds_announced = false;
	drv.leds = keyboard_leds(&drv.keyboard);
	i8042_keyboard_send(drv.leds);
}

static void
keyboard(uint8_t byte)
{
	static struct input_event events[KEYBOARD_EVENTS];

	if (byte == SCANCODE_ACK && drv.leds_announced)
		send_leds();
	push(events, keyboard_byte(&drv.keyboard, byte, gap(&drv.keyboard_tsc), events));
	if (keyboard_leds(&drv.keyboard) != drv.leds && !drv.leds_announced) {
		drv.leds_announced = true;
		i8042_keyboard_send(KEYBOARD_SET_LEDS);
	}
}

static void
mouse(uint8_t byte)
{
	struct input_event events[MOUSE_EVENTS];

	push(events, mouse_byte(&drv.mouse, byte, gap(&drv.mouse_tsc), events));
	if (drv.mouse.again)
		drv.mouse = (struct mouse){ .size = i8042_init_mouse() };
}

// True if more may be waiting.
static bool
drain(void)
{
	uint8_t byte;
	bool from_mouse;
	int i = 0;

	while (i < DRAIN_MAX && i8042_read(&byte, &from_mouse)) {
		if (!from_mouse)
			keyboard(byte);
		else if (drv.mouse.size != 0)
			mouse(byte);
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

int
main(void)
{
	const struct startup_client *client = startup_clients();
	const struct startup_irq *key_irq = startup_irq(IRQ_KEYBOARD);
	const struct startup_irq *mouse_irq = startup_irq(IRQ_MOUSE);

	if (startup()->client_count != 1 || client->shared_size < sizeof(struct input_ring))
		die("the scenario must give exactly one client with memory");
	drv.ring.ring = (struct input_ring *)(uintptr_t)client->shared;
	drv.signal = client->signal;
	drv.keyboard.num = true;
	drv.leds = keyboard_leds(&drv.keyboard);

	if (!i8042_init(drv.leds))
		die("no PS/2 controller");
	drv.mouse.size = i8042_init_mouse();
	log_line(drv.mouse.size == 4 ? "keyboard, wheel mouse" :
	         drv.mouse.size == 3 ? "keyboard, mouse" : "keyboard, no mouse");

	unmask(key_irq);
	unmask(mouse_irq);
	for (;;) {
		// bytes that came before the lines were unmasked, or with an interrupt
		bool more = drain();
		// calls get no answer; a keyboard whose acknowledgement was lost would
		// wait for its lights for ever
		struct reply got = sys_wait(more ? DEADLINE_ZERO : drv.leds_announced ?
		                            sys_in_ms(LEDS_MS) : DEADLINE_NONE);

		if (tag_err(got.tag) == ERR_TIMEOUT && !more && drv.leds_announced)
			send_leds();
		if (tag_err(got.tag) != OK || tag_kind(got.tag) != MSG_IRQ)
			continue;
		unmask(key_irq != NULL && got.label == key_irq->label ? key_irq : mouse_irq);
	}
}
