// SPDX-License-Identifier: MIT
// The legend of X-ray and kill mode, below all views: every session with its colour, its label
// and what that rests on, so that no arrangement of views can leave one out.  It is the same
// as long as the mode lasts.  Who has no view is written in its colour on black.
#include "nitpicker.h"

enum { GAP = 8 };

static struct text
part(const struct session *s, const char *text)
{
	return s->has_views ? (struct text){ text, COLOUR_BLACK, s->colour } :
		(struct text){ text, s->colour, COLOUR_BLACK };
}

// From the left to the right, line by line; the first one lies uppermost.
void
legend_place(struct nitpicker *np)
{
	struct rect *l = &np->still.legend, *body = &np->still.body;
	int32_t x = 0, y = 0, h;

	for (struct session *s = np->sessions; s != NULL; s = s->next) {
		const struct text t[] = { part(s, s->plan->label), part(s, s->plan->tcb) };
		int32_t w = canvas_text_width(t, 2, LABEL_INDENT);

		if (x > 0 && x + w > np->body.w)
			x = 0, y += LABEL_H;
		s->entry = (struct rect){ x, y, w, LABEL_H };
		x += w + GAP;
	}
	h = (int32_t)rect_min(np->sessions != NULL ? y + LABEL_H : 0, np->body.h / 2);
	*body = *l = np->body;
	body->h -= h;
	l->y += body->h, l->h = h;
	for (struct session *s = np->sessions; s != NULL; s = s->next)
		s->entry.y += l->y, s->entry = rect_and(s->entry, *l);
}

void
legend_draw(const struct nitpicker *np, struct canvas *c, struct rect clip)
{
	if (rect_empty(clip))
		return;
	canvas_fill(c, clip, COLOUR_BLACK);
	for (const struct session *s = np->sessions; s != NULL; s = s->next) {
		const struct text t[] = { part(s, s->plan->label), part(s, s->plan->tcb) };

		canvas_text(c, clip, s->entry, LABEL_INDENT, t, 2);
	}
}

struct session *
legend_at(const struct nitpicker *np, int32_t x, int32_t y)
{
	struct session *s = np->still.on ? np->sessions : NULL;

	while (s != NULL && !rect_has(s->entry, x, y))
		s = s->next;
	return s;
}
