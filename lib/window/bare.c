// SPDX-License-Identifier: MIT
// From the events of a driver to those of a gui session.
#include <session/keys.h>
#include <window/bare.h>

static int32_t
step(int32_t at, int32_t by, int32_t end)
{
	int64_t to = (int64_t)at + by;

	return to < 0 ? 0 : to >= end ? end - 1 : (int32_t)to;
}

bool
bare_event(struct bare *b, const struct input_event *in, struct input_event *out)
{
	*out = (struct input_event){ in->type, 0xffff, in->code, 0, 0 };
	switch (in->type) {
	case INPUT_RELATIVE:
		b->x = step(b->x, in->x, b->width), b->y = step(b->y, in->y, b->height);
		*out = (struct input_event){ INPUT_MOTION, 0, 0, b->x, b->y };
		return true;
	case INPUT_PRESS:
	case INPUT_RELEASE:
		if (in->code >= BTN_LEFT)
			out->view = 0, out->x = b->x, out->y = b->y;
		return true;
	case INPUT_REPEAT:
	case INPUT_TEXT:
		return true;
	case INPUT_WHEEL:
		out->code = 0, out->y = in->y;
		return true;
	case INPUT_RESET:       // what was held is let go: there is nobody else to have the focus
		*out = (struct input_event){ INPUT_FOCUS, 0xffff, 1, 0, 0 };
		return true;
	}
	return false;
}
