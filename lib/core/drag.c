// SPDX-License-Identifier: MIT
#include <draw/theme.h>
#include <session/keys.h>
#include "drag.h"

bool
core_event(struct core_window *w, struct core_drag *d, struct input_event *ev)
{
	int32_t x = w->r.x, y = w->r.y;

	ev->type = INPUT_NONE;
	for (unsigned i = 0; i < INPUT_SLOTS && input_get(&w->input, ev); i++) {
		bool left = ev->code == BTN_LEFT;

		if (ev->type == INPUT_PRESS && left && ev->y >= 0 && ev->y < THEME_TITLE_HEIGHT) {
			*d = (struct core_drag){ true, ev->x - x, ev->y - y };
		} else if (ev->type == INPUT_MOTION && d->held) {
			x = (int16_t)ev->x - d->x, y = (int16_t)ev->y - d->y;
		} else if (ev->type == INPUT_RELEASE && left && d->held) {
			d->held = false;
		} else {
			if (ev->type == INPUT_FOCUS)
				d->held = false;
			break;
		}
		ev->type = INPUT_NONE;
	}
	if (x != w->r.x || y != w->r.y)
		core_show(w, x, y);
	return ev->type != INPUT_NONE;
}
