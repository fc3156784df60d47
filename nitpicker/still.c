// SPDX-License-Identifier: MIT
// What the user inspects in X-ray and kill mode stands still: the views, their places and
// order as they were when the mode began.  Clients go on with the live stack, which is
// shown again when the mode ends.  Their pixels and titles are read once, at the beginning,
// but for a trusted session that has the focus.
#include "nitpicker.h"

void
still_begin(struct nitpicker *np)
{
	struct view **link = &np->still.top;

	for (struct session *s = np->sessions; s != NULL; s = s->next)
		s->ended = s->has_views = false;
	for (struct view *v = np->top; v != NULL; v = v->below)
		v->session->has_views = true;
	legend_place(np);
	for (struct view *v = np->top; v != NULL; v = v->below) {
		v->label = (struct rect){ 0, 0, 0, 0 };
		v->still.shown = rect_and(v->shown, np->still.body);
		if (rect_empty(v->still.shown))
			continue;
		v->still.x = v->r.x - v->bx, v->still.y = v->r.y - v->by;
		*link = v;
		link = &v->still.below;
	}
	*link = NULL;
	np->ghost = (struct work){ .named = np->work.named };
	np->still.on = true;
	np->still.since = np->now;
	np->still.painted = np->still.lost = false;
}

void
still_end(struct nitpicker *np)
{
	np->still.on = false;
	np->still.since = np->now;
	np->under = NULL;       // until the next event
}

void
still_screen(struct nitpicker *np)
{
	if (np->still.on)
		legend_place(np);
	for (struct view *v = np->still.top; v != NULL && np->still.on; v = v->still.below)
		v->still.shown = rect_and(v->still.shown, np->still.body);
	np->still.painted = false;
	np->still.lost = np->still.on;
}

bool
still_live(const struct nitpicker *np, const struct session *s)
{
	return s == np->focus && !s->ended && s->plan->flags & STARTUP_CLIENT_TRUSTED;
}
