// SPDX-License-Identifier: MIT
// Events are written only into buffers that wait, and whole frames of them.
#include <string.h>
#include "virtio_input.h"

enum { EVENTS, STATUS };                                        // queues
enum { SELECT, SUBSELECT, SIZE, VALUE = 8, VALUE_MAX = 128 };   // config, 5.8.4
enum { ID_NAME = 1, ID_DEVICE = 3, EVENT_BITS = 0x11, ABSOLUTE = 0x12 };
enum { EV_SYN, EV_KEY, EV_REL, EV_ABS, REL_WHEEL = 8 };         // linux/input-event-codes.h
enum { BUTTON = 0x110, BUTTONS = 3, KEYS = 128 };

struct event { uint16_t type, code; uint32_t value; };

static uint8_t *
value(struct virtio_input *d, unsigned size)
{
	d->v.config[SIZE] = (uint8_t)size;
	return d->v.config + VALUE;
}

// Which codes of a type there are.
static void
bits(struct virtio_input *d, unsigned type)
{
	if (type == EV_KEY && d->tablet)
		value(d, BUTTON / 8 + 1)[BUTTON / 8] = (1 << BUTTONS) - 1;
	else if (type == EV_KEY)
		memset(value(d, KEYS / 8), 0xff, KEYS / 8);
	else if (type == EV_ABS && d->tablet)
		value(d, 1)[0] = 3;
	else if (type == EV_REL && d->tablet)
		value(d, REL_WHEEL / 8 + 1)[REL_WHEEL / 8] = 1 << REL_WHEEL % 8;
}

static void
configure(struct virtio *v, unsigned offset, uint8_t written)
{
	struct virtio_input *d = (struct virtio_input *)v;
	const char *name = d->tablet ? "Vitrine Tablet" : "Vitrine Keyboard";
	unsigned sub;

	if (offset > SUBSELECT)
		return;
	v->config[offset] = written;
	sub = v->config[SUBSELECT];
	memset(value(d, 0), 0, VALUE_MAX);
	if (v->config[SELECT] == ID_NAME && sub == 0)
		memcpy(value(d, (unsigned)strlen(name)), name, strlen(name));
	else if (v->config[SELECT] == ID_DEVICE && sub == 0)
		pci_put16(value(d, 8), 6);              // bus: virtual
	else if (v->config[SELECT] == EVENT_BITS)
		bits(d, sub);
	else if (v->config[SELECT] == ABSOLUTE && sub < 2 && d->tablet)
		memcpy(value(d, 20) + 4, &d->last[sub], sizeof d->last[sub]);
}

static void
tell(struct virtio_input *d, uint16_t type, uint16_t code, uint32_t what)
{
	static struct ring_chain c;
	struct event e = { type, code, what };

	if (ring_take(&d->v.ring[EVENTS], &c))
		ring_give(&d->v.ring[EVENTS], c.head, ring_write(&c, 0, &e, sizeof e));
	else if (d->v.ring[EVENTS].broken)
		virtio_broken(&d->v);
}

// One key or button that is not as the guest thinks, or -1.
static int
changed(const struct virtio_input *d)
{
	for (unsigned i = 0; i < sizeof d->held / sizeof d->held[0]; i++)
		if (d->held[i] != d->told[i])
			return (int)(64 * i) + __builtin_ctzll(d->held[i] ^ d->told[i]);
	return -1;
}

static bool
has(struct virtio_input *d, unsigned events)
{
	return virtio_ready(&d->v) && ring_waiting(&d->v.ring[EVENTS]) >= events;
}

static void
sync(struct virtio_input *d)
{
	bool any = false;
	int code;

	if (memcmp(d->at, d->told_at, sizeof d->at) != 0 && has(d, 3)) {
		for (uint16_t i = 0; i < 2; i++)
			tell(d, EV_ABS, i, d->told_at[i] = d->at[i]);
		tell(d, EV_SYN, 0, 0);
		any = true;
	}
	for (; (code = changed(d)) >= 0 && has(d, 2); any = true) {
		d->told[code / 64] ^= 1ull << code % 64;
		tell(d, EV_KEY, (uint16_t)code, d->told[code / 64] >> code % 64 & 1);
		tell(d, EV_SYN, 0, 0);
	}
	if (d->wheel != 0 && has(d, 2)) {
		tell(d, EV_REL, REL_WHEEL, (uint32_t)-d->wheel);
		tell(d, EV_SYN, 0, 0);
		d->wheel = 0;
		any = true;
	}
	if (d->repeated != 0 && has(d, 2)) {
		tell(d, EV_KEY, d->repeated, 2);
		tell(d, EV_SYN, 0, 0);
		any = true;
	}
	d->repeated = 0;
	if (any)
		virtio_given(&d->v, EVENTS);
}

// The driver gives buffers for events, or says which lamps are on, which nobody sees.
static void
kick(struct virtio *v, unsigned queue)
{
	static struct ring_chain c;
	bool any = false;

	if (queue == EVENTS)
		sync((struct virtio_input *)v);
	for (; queue == STATUS && ring_take(&v->ring[STATUS], &c); any = true)
		ring_give(&v->ring[STATUS], c.head, 0);
	if (any)
		virtio_given(v, STATUS);
}

static void
reset(struct virtio *v)
{
	struct virtio_input *d = (struct virtio_input *)v;

	memset(d->told, 0, sizeof d->told);
	memset(d->told_at, 0, sizeof d->told_at);
	v->config[SELECT] = 0;
	configure(v, SUBSELECT, 0);
}

void
virtio_input_init(struct virtio_input *d)
{
	d->v.type = VIRTIO_INPUT;
	d->v.queues = 2;
	d->v.kick = kick;
	d->v.configure = configure;
	d->v.reset = reset;
}

void
virtio_input_tablet(struct virtio_input *d, uint32_t width, uint32_t height)
{
	d->tablet = true;
	d->last[0] = width - 1, d->last[1] = height - 1;
}

void
virtio_input_key(struct virtio_input *d, uint32_t code, bool down)
{
	uint64_t bit = 1ull << code % 64;

	if (d->tablet ? code < BUTTON || code >= BUTTON + BUTTONS : code == 0 || code >= KEYS)
		return;
	d->held[code / 64] = down ? d->held[code / 64] | bit : d->held[code / 64] & ~bit;
	sync(d);
}

void
virtio_input_repeat(struct virtio_input *d, uint32_t code)
{
	if (d->tablet || code >= KEYS || !(d->told[code / 64] >> code % 64 & 1))
		return;
	d->repeated = (uint16_t)code;
	sync(d);
}

void
virtio_input_release(struct virtio_input *d)
{
	memset(d->held, 0, sizeof d->held);
	sync(d);
}

void
virtio_input_move(struct virtio_input *d, int32_t x, int32_t y)
{
	const int32_t to[2] = { x, y };

	for (unsigned i = 0; i < 2; i++)
		d->at[i] = to[i] < 0 ? 0 : (uint32_t)to[i] > d->last[i] ? d->last[i] :
			(uint32_t)to[i];
	sync(d);
}

void
virtio_input_wheel(struct virtio_input *d, int32_t notches)
{
	d->wheel += notches;
	sync(d);
}
