// SPDX-License-Identifier: MIT
// X-ray mode: dimmed and tinted clients, a frame around and a label on each
// view.  A label lies in the visible part of its view where most of it fits,
// so no other view can cover it.  A view too small for frame or label has its
// colour instead: many tiny views shall not draw with our black and white.
#include "nitpicker.h"

enum { LABEL_H = GLYPH_H + 4, LABEL_INDENT = 6 };

enum { FRAME = 7, HATCH = 16 };

enum { LABEL_TEXTS = 3 };

// Who it is, what that rests on, and what it says of itself.
static void
label_texts(const struct nitpicker *np, const struct view *v, struct text t[LABEL_TEXTS])
{
	const char *title = np->still.lost ? "" : v->title;     // it may be another one now

	t[0] = t[1] = session_label(v->session);
	t[1].s = v->session->plan->tcb;
	t[2] = (struct text){ title, COLOUR_TITLE_TEXT, COLOUR_TITLE };
}

// Of a session that has ended.
static void
hatch(struct canvas *c, struct rect r, uint32_t colour)
{
	canvas_fill(c, r, COLOUR_BLACK);
	for (int32_t y = r.y; y < r.y + r.h; y++)
		for (int32_t x = r.x - (r.x + y) % HATCH; x < r.x + r.w; x += HATCH)
			canvas_fill(c, rect_and(r, (struct rect){ x, y, HATCH / 2, 1 }), colour);
}

// What is inside of the frame: read once when the mode begins, later only what is live.
static void
content(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	const struct session *s = v->session;
	bool live = still_live(np, s);

	if (rect_empty(piece))
		return;
	if (s->ended)
		hatch(c, piece, s->colour);
	else if (live || (!np->still.painted && !np->still.lost))
		paint_content(c, s, v->still.x, v->still.y, piece, row_dim);
	else if (np->still.lost)
		canvas_fill(c, piece, s->tint);
}

// From the outside to the inside: up to `to` pixels from the edge.
static void
frame_draw(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	const struct session *s = v->session;
	const struct { int32_t to; uint32_t colour; } ring[] = {
		{ 1, COLOUR_BLACK }, { 3, s == np->focus ? COLOUR_WHITE : s->colour },
		{ FRAME, s == np->spot ? COLOUR_BLACK : s->colour },
	};

	if (rect_empty(rect_inset(v->here, FRAME))) {
		canvas_fill(c, piece, s->colour);
		return;
	}
	for (unsigned k = 0; k < sizeof ring / sizeof ring[0]; k++) {
		struct rect in = rect_and(piece, rect_inset(v->here, ring[k].to));

		canvas_surround(c, piece, in, ring[k].colour);
		piece = in;
	}
	content(np, c, v, piece);
}

void
xray_view(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	struct rect in = rect_and(piece, v->label), rest[4];
	struct text t[LABEL_TEXTS];

	if (!rect_empty(in) && !np->still.painted) {
		label_texts(np, v, t);
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
	struct rect in = rect_and(piece, rect_inset(v->here, FRAME));
	struct text t[LABEL_TEXTS];

	label_texts(np, v, t);
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
		for (struct view *v = np->still.top; v != NULL; v = v->still.below)
			v->label_next = (struct rect){ 0, 0, 0, 0 };
		w->place.r[0] = np->body;
		w->place.count = 1;
		w->place_labels = false;
	}
	if (stack_slice(np, &w->place, INT32_MAX, &r))
		stack_walk(np->chain, r, label_try, np);
	for (struct view *v = np->still.top; v != NULL && w->place.count == 0; v = v->still.below)
		v->label = v->label_next;
}
