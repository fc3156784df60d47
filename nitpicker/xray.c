// SPDX-License-Identifier: MIT
// X-ray mode: dimmed and tinted clients, a frame around and a label on each
// view.  A label lies in the visible part of its view where most of it fits,
// so no other view can cover it.  A view too small for frame or label has its
// colour instead: many tiny views shall not draw with our black and white.
#include "nitpicker.h"

enum { LABEL_H = GLYPH_H + 4, LABEL_INDENT = 6 };

// From the outside to the inside: up to `to` pixels from the edge.
struct ring { int32_t to; bool own; uint32_t colour; };
static const struct ring plain_frame[] = {
	{ 1, false, COLOUR_BLACK }, { 3, true, 0 }, { 0, false, 0 },
};
static const struct ring focus_frame[] = {
	{ 1, false, COLOUR_BLACK }, { 3, false, COLOUR_WHITE }, { 7, true, 0 }, { 0, false, 0 },
};

static int32_t
frame_width(const struct nitpicker *np, const struct view *v)
{
	return v->session == np->focus ? 7 : 3;
}

static int32_t
smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t
segment_width(int32_t len)
{
	return len > 0 ? len * GLYPH_W + 2 * LABEL_INDENT : 0;
}

static void
label_draw(struct canvas *c, const struct view *v, struct rect clip)
{
	const struct session *s = v->session;
	const struct text part[] = {
		{ s->plan->label, s->label_len, COLOUR_BLACK, s->colour },
		{ s->plan->tcb, s->tcb_len, COLOUR_BLACK, s->colour },
		{ v->title, v->title_len, COLOUR_TITLE_TEXT, COLOUR_TITLE },
	};
	struct rect r = v->label;

	for (unsigned i = 0; i < sizeof part / sizeof part[0]; i++) {
		int32_t w = smaller(segment_width(part[i].len), r.w);

		canvas_text(c, clip, (struct rect){ r.x, r.y, w, r.h }, LABEL_INDENT, part[i]);
		r.x += w, r.w -= w;
	}
}

static void
frame_draw(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	bool focus = v->session == np->focus;
	struct rect rest[4];

	if (rect_empty(rect_inset(v->shown, frame_width(np, v)))) {
		canvas_fill(c, piece, v->session->colour);
		return;
	}
	for (const struct ring *ring = focus ? focus_frame : plain_frame; ring->to > 0; ring++) {
		struct rect in = rect_and(piece, rect_inset(v->shown, ring->to));

		for (unsigned n = rect_cut(piece, in, rest); n > 0; n--)
			canvas_fill(c, rest[n - 1], ring->own ? v->session->colour : ring->colour);
		piece = in;
	}
	if (np->spot == NULL || np->spot == v->session)
		paint_content(c, v, piece, PAINT_DIMMED);
	else
		canvas_fill(c, piece, v->session->tint);
}

void
xray_view(const struct nitpicker *np, struct canvas *c, const struct view *v, struct rect piece)
{
	struct rect in = rect_and(piece, v->label), rest[4];

	if (!rect_empty(in))
		label_draw(c, v, in);
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
	const struct session *s = v->session;
	int32_t w = segment_width(s->label_len) + segment_width(s->tcb_len) +
		    segment_width(v->title_len);

	if (in.w < w || in.h < LABEL_H)
		in = piece;     // rather over the frame than cut off
	w = smaller(w, in.w);
	int32_t h = smaller(LABEL_H, in.h);

	if (w >= GLYPH_W + 2 * LABEL_INDENT && h >= GLYPH_H && w * h > v->label_next.w * v->label_next.h)
		v->label_next = (struct rect){ in.x + (in.w - w) / 2, in.y, w, h };
}

static void
labels_begin(struct nitpicker *np)
{
	struct work *w = &np->work;

	for (struct view *v = np->top; v != NULL; v = v->below)
		v->label_next = (struct rect){ 0, 0, 0, 0 };
	w->place_labels = false;
	w->place = (struct slices){ { np->body }, 1 };
}

static void
labels_end(struct nitpicker *np)
{
	for (struct view *v = np->top; v != NULL; v = v->below) {
		if (rect_equal(v->label, v->label_next))
			continue;
		paint(np, v->label);
		v->label = v->label_next;
		paint(np, v->label);
	}
}

void
xray_place_labels(struct nitpicker *np)
{
	struct work *w = &np->work;

	if (w->place_labels)
		labels_begin(np);
	struct rect r;

	if (stack_slice(np, &w->place, NULL, INT32_MAX, &r))
		stack_walk(np->chain, r, label_try, np);
	if (w->place.count == 0)
		labels_end(np);
}
