// SPDX-License-Identifier: MIT
// X-ray mode: dimmed and tinted clients, a frame around and a label on each
// view.  A label lies in the visible part of its view where most of it fits,
// so no other view can cover it.  A view too small for frame or label has its
// colour instead: many tiny views shall not draw with our black and white.
#include "nitpicker.h"

enum { LABEL_H = GLYPH_H + 4, LABEL_INDENT = 6 };

static int32_t
frame_width(const struct nitpicker *np, const struct view *v)
{
	return v->session == np->focus ? 7 : 3;
}

enum { LABEL_TEXTS = 3 };

// Who it is, what that rests on, and what it says of itself.
static void
label_texts(const struct view *v, struct text t[LABEL_TEXTS])
{
	t[0] = t[1] = session_label(v->session);
	t[1].s = v->session->plan->tcb;
	t[2] = (struct text){ v->title, COLOUR_TITLE_TEXT, COLOUR_TITLE };
}

// From the outside to the inside: up to `to` pixels from the edge.
static void
frame_draw(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	const struct session *s = v->session;
	const struct { int32_t to; uint32_t colour; } ring[] = {
		{ 1, COLOUR_BLACK }, { 3, s == np->focus ? COLOUR_WHITE : s->colour },
		{ frame_width(np, v), s->colour },
	};

	if (rect_empty(rect_inset(v->shown, frame_width(np, v)))) {
		canvas_fill(c, piece, s->colour);
		return;
	}
	for (unsigned k = 0; k < sizeof ring / sizeof ring[0]; k++) {
		struct rect in = rect_and(piece, rect_inset(v->shown, ring[k].to));

		canvas_surround(c, piece, in, ring[k].colour);
		piece = in;
	}
	if (np->spot == NULL || np->spot == s)
		paint_content(c, v, piece, row_dim);
	else
		canvas_fill(c, piece, s->tint);
}

void
xray_view(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	struct rect in = rect_and(piece, v->label), rest[4];
	struct text t[LABEL_TEXTS];

	if (!rect_empty(in)) {
		label_texts(v, t);
		canvas_text(c, in, v->label, LABEL_INDENT, t, LABEL_TEXTS);
	}
	for (unsigned n = rect_cut(piece, in, rest); n > 0; n--)
		frame_draw(np, c, v, rest[n - 1]);
}

// A visible piece of v: better for the label than the best so far?
static void
label_try(void *arg, struct view *v, struct rect piece)
{
	const struct nitpicker *np = arg;

	if (v == NULL)
		return;
	struct rect in = rect_and(piece, rect_inset(v->shown, frame_width(np, v)));
	struct text t[LABEL_TEXTS];

	label_texts(v, t);
	int32_t w = canvas_text_width(t, LABEL_TEXTS, LABEL_INDENT);

	if (in.w < w || in.h < LABEL_H)
		in = piece;     // rather over the frame than cut off
	w = (int32_t)rect_min(w, in.w);
	int32_t h = (int32_t)rect_min(LABEL_H, in.h);

	if (w >= GLYPH_W + 2 * LABEL_INDENT && h >= GLYPH_H &&
	    w * h > v->label_next.w * v->label_next.h)
		v->label_next = (struct rect){ in.x + (in.w - w) / 2, in.y, w, h };
}

void
xray_place_labels(struct nitpicker *np)
{
	struct work *w = &np->work;
	struct rect r;

	if (w->place_labels) {
		for (struct view *v = np->top; v != NULL; v = v->below)
			v->label_next = (struct rect){ 0, 0, 0, 0 };
		w->place.r[0] = np->body;
		w->place.count = 1;
		w->place_labels = false;
	}
	if (stack_slice(np, &w->place, INT32_MAX, &r))
		stack_walk(np->chain, r, label_try, np);
	for (struct view *v = np->top; v != NULL && w->place.count == 0; v = v->below) {
		if (rect_equal(v->label, v->label_next))
			continue;
		paint(np, v->label);
		v->label = v->label_next;
		paint(np, v->label);
	}
}
