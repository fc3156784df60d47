// SPDX-License-Identifier: MIT
// Input session: a ring of events in memory shared by server (producer) and
// client (consumer), plus a signal that says it is no longer empty.  Served by
// input-drv to nitpicker, and inside `gui` by nitpicker to each client.
//
// The server never waits: when the ring is full the event is dropped and
// `dropped` counts it.  Each side keeps its own index in private memory and
// masks it, so a lying peer can lose or invent events and nothing else.  The
// consumer wipes what it took: no passphrase stays in a ring.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/sys.h>

enum input_type {
	INPUT_NONE,
	INPUT_PRESS,            // code: key or button; gui: x, y of a button as for INPUT_MOTION
	INPUT_RELEASE,          // code; the same
	INPUT_REPEAT,           // code: typematic
	INPUT_TEXT,             // code: Unicode scalar value; follows its PRESS or REPEAT
	INPUT_MOTION,           // gui: x, y: position, counted from the corner of the client's
				// view 0 (of the screen if there is none), as that lies or, while
				// a button is held, as it lay when the first one was pressed: a
				// window can be moved meanwhile; so in PRESS and RELEASE of
				// buttons.  May lie outside while a button is held
	INPUT_RELATIVE,         // x, y: motion; y grows downwards
	INPUT_WHEEL,            // y: notches, positive = towards the user (scroll down)
	INPUT_FOCUS,            // code 1: the keyboard is yours, 0: no longer
	INPUT_LEAVE,            // the pointer left your views
	INPUT_RESET,            // from a driver: everything held is let go; sent after its start,
				// and after a full ring, which may have lost releases
	INPUT_KEYBOARD,         // from a driver: code 0: there is no keyboard; 1: there is one,
				// as it is taken for granted before
	INPUT_TYPES,
};

struct input_event {
	uint16_t type;          // enum input_type
	uint16_t view;          // gui: the view under the pointer, 0xffff = none
	uint32_t code;
	int32_t  x, y;          // gui: PRESS and RELEASE of buttons say where, like MOTION
};
_Static_assert(sizeof(struct input_event) == 16, "ABI");

enum { INPUT_SLOTS = 256, INPUT_SIGNAL = 2 };

struct input_ring {
	_Atomic uint32_t head;          // written by the consumer
	uint32_t         pad0[15];
	_Atomic uint32_t tail;          // written by the producer
	_Atomic uint32_t dropped;       // written by the producer
	uint32_t         pad1[14];
	struct input_event slot[INPUT_SLOTS];
};

_Static_assert(sizeof(struct input_ring) == 128 + 256 * 16, "ABI");

// One side's private end.
struct input_end { struct input_ring *ring; uint32_t index, dropped; };

// Producer.  False when full: counted in the ring.
static inline bool
input_put(struct input_end *p, struct input_event ev)
{
	struct input_ring *r = p->ring;
	// pairs with the release in input_get: the slot has been read
	uint32_t head = atomic_load_explicit(&r->head, memory_order_acquire);

	if (p->index - head >= INPUT_SLOTS) {
		atomic_store_explicit(&r->dropped, ++p->dropped, memory_order_relaxed);
		return false;
	}
	r->slot[p->index & (INPUT_SLOTS - 1)] = ev;
	p->index++;
	// pairs with the acquire in input_get: the slot has been written
	atomic_store_explicit(&r->tail, p->index, memory_order_release);
	return true;
}

// Consumer.  True and *ev (a copy) when an event was waiting.  Handle at most
// INPUT_SLOTS events per wake-up.
static inline bool
input_get(struct input_end *c, struct input_event *ev)
{
	struct input_ring *r = c->ring;
	uint32_t tail = atomic_load_explicit(&r->tail, memory_order_acquire);

	if (tail == c->index)
		return false;
	struct input_event *slot = &r->slot[c->index & (INPUT_SLOTS - 1)];

	*ev = *slot;
	*slot = (struct input_event){ INPUT_NONE, 0, 0, 0, 0 };
	c->index++;
	// pairs with the acquire in input_put: the slot has been read and wiped
	atomic_store_explicit(&r->head, c->index, memory_order_release);
	return true;
}
