// SPDX-License-Identifier: MIT
// From the events of a gui session to those of a driver.
#include <session/keys.h>
#include "relay.h"

enum { FAR = 1 << 14 };         // more than a screen is wide

static bool
put(struct relay *r, uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	struct input_event ev = { type, 0xffff, code, x, y };

	if (!input_put(&r->ring, ev)) {
		r->lost = true;         // perhaps a release
		return false;
	}
	r->pushed = true;
	return true;
}

static void
push(struct relay *r, uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	if (r->lost) {
		r->homed = false;
		r->held = 0;
		r->lost = !put(r, INPUT_RESET, 0, 0, 0);
	}
	if (!r->lost)
		put(r, type, code, x, y);
}

static int32_t
within(int32_t n, int32_t end)
{
	return n < 0 ? 0 : n >= end ? end - 1 : n;
}

static void
point(struct relay *r, int32_t x, int32_t y)
{
	x = within(x, r->width), y = within(y, r->height);
	if (!r->homed) {
		push(r, INPUT_RELATIVE, 0, -FAR, -FAR);
		r->x = r->y = 0;
		r->homed = !r->lost;
	}
	if (r->homed && (x != r->x || y != r->y)) {
		push(r, INPUT_RELATIVE, 0, x - r->x, y - r->y);
		r->x = x, r->y = y;
	}
	if (r->lost)
		r->homed = false;
}

static bool
inside(const struct relay *r, const struct input_event *ev)
{
	return ev->x >= 0 && ev->y >= 0 && ev->x < r->width && ev->y < r->height;
}

static void
button(struct relay *r, const struct input_event *ev)
{
	uint32_t bit = 1u << (ev->code - BTN_LEFT);

	if (ev->type == INPUT_PRESS ? !inside(r, ev) : !(r->held & bit))
		return;
	point(r, ev->x, ev->y);
	push(r, ev->type, ev->code, 0, 0);
	r->held ^= bit;
}

void
relay_event(struct relay *r, const struct input_event *ev)
{
	bool is_button = ev->code >= BTN_LEFT && ev->code <= BTN_EXTRA;

	switch (ev->type) {
	case INPUT_PRESS:
	case INPUT_RELEASE:
		if (is_button)
			button(r, ev);
		else
			push(r, ev->type, ev->code, 0, 0);
		break;
	case INPUT_REPEAT:
	case INPUT_TEXT:
		push(r, ev->type, ev->code, 0, 0);
		break;
	case INPUT_MOTION:
		if (r->held != 0 || inside(r, ev))
			point(r, ev->x, ev->y);
		break;
	case INPUT_WHEEL:
		push(r, ev->type, 0, 0, ev->y);
		break;
	case INPUT_FOCUS:       // whatever was held here is let go
		if (ev->code == 0)
			push(r, INPUT_RESET, 0, 0, 0), r->held = 0;
		break;
	}
}

void
relay_key(struct relay *r, uint32_t code)
{
	push(r, INPUT_PRESS, code, 0, 0);
	push(r, INPUT_RELEASE, code, 0, 0);
}
