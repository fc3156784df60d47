// SPDX-License-Identifier: MIT
// X-ray mode: dimmed and tinted clients, a frame around and a label on each
// view.  A label lies in the visible part of its view where most of it fits,
// so no other view can cover it.  Who covers more than a hundredth of the screen, and
// has no view where its name fits, is named over its largest part, whatever else the
// label covers.  A view too small for frame or label has its colour instead: many tiny
// views shall not draw with our black and white.
#include "nitpicker.h"

enum { HATCH = 16, LABEL_TEXTS = 3, PART = 100 };

static void
names(const struct session *s, struct text t[2])
{
	t[0] = t[1] = session_label(s);
	t[1].s = s->plan->tcb;
}

// Who it is, what that rests on, and what it says of itself.
static void
label_texts(const struct nitpicker *np, const struct view *v, struct text t[LABEL_TEXTS])
{
	const char *title = np->still.lost ? "" : v->title;     // it may be another one now

	names(v->session, t);
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
		{ FRAME_XRAY, s == np->spot ? COLOUR_BLACK : s->colour },
	};

	if (rect_empty(rect_inset(v->here, FRAME_XRAY))) {
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
	struct rect in = rect_and(piece, rect_inset(v->here, FRAME_XRAY));
	struct rect *part = &v->session->part;
	struct text t[LABEL_TEXTS];

	v->session->covers += piece.w * piece.h;
	if (piece.w * piece.h > part->w * part->h)
		*part = piece;
	label_texts(np, v, t);
	int32_t w = canvas_text_width(t, LABEL_TEXTS, LABEL_INDENT);

	if (in.w < w || in.h < LABEL_H)
		in = piece;     // rather over the frame than cut off
	w = (int32_t)rect_min(w, in.w);
	int32_t h = (int32_t)rect_min(LABEL_H, in.h);

	if (w >= GLYPH_W + 2 * LABEL_INDENT && h >= GLYPH_H &&
	    w * h > v->label.w * v->label.h)
		v->label = (struct rect){ in.x + (in.w - w) / 2, in.y, w, h };
}

// A place for l that covers no other label, if there is one: down from where it is.
static struct rect
label_free(const struct nitpicker *np, struct rect l)
{
	const struct rect *body = &np->still.body;
	const struct rect first = l;

	for (int32_t tries = body->h / LABEL_H; tries > 0; tries--) {
		const struct view *v = np->still.top;
		const struct session *s = np->sessions;

		while (v != NULL && rect_empty(rect_and(v->label, l)))
			v = v->still.below;
		while (s != NULL && rect_empty(rect_and(s->label, l)))
			s = s->next;
		if (v == NULL && s == NULL)
			return l;
		l.y = v != NULL ? v->label.y + v->label.h : s->label.y + LABEL_H;
		if (l.y + LABEL_H > body->y + body->h)
			l.y = body->y;
	}
	return first;
}

static bool
is_named(const struct nitpicker *np, const struct session *s)
{
	struct text t = session_label(s);
	int32_t w = canvas_text_width(&t, 1, LABEL_INDENT);
	const struct view *v = np->still.top;

	while (v != NULL && (v->session != s || v->label.w < w))
		v = v->still.below;
	return v != NULL;
}

// In the middle of its largest part.
static void
name_over(const struct nitpicker *np, struct session *s)
{
	const struct rect *body = &np->still.body, *p = &s->part;
	struct text t[2];

	names(s, t);
	int32_t w = (int32_t)rect_min(canvas_text_width(t, 2, LABEL_INDENT), body->w);
	int32_t x = p->x + (p->w - w) / 2, y = p->y + (p->h - LABEL_H) / 2;

	x = (int32_t)rect_min(x > 0 ? x : 0, body->w - w);
	y = (int32_t)rect_min(y > body->y ? y : body->y, body->y + body->h - LABEL_H);
	s->label = label_free(np, (struct rect){ x, y, w, LABEL_H });
}

struct session *
xray_labelled(struct session *s, struct rect r)
{
	while (s != NULL && rect_empty(rect_and(s->label, r)))
		s = s->next;
	return s;
}

void
xray_label(struct canvas *c, const struct session *s, struct rect clip)
{
	struct text t[2];

	names(s, t);
	canvas_text(c, clip, s->label, LABEL_INDENT, t, 2);
}

void
xray_place_labels(struct nitpicker *np)
{
	const struct rect none = { 0, 0, 0, 0 }, *body = &np->still.body;
	struct work *w = &np->work;
	struct rect r;

	if (w->place_labels) {
		for (struct view *v = np->still.top; v != NULL; v = v->still.below)
			v->label = none;
		for (struct session *s = np->sessions; s != NULL; s = s->next)
			s->covers = 0, s->part = s->label = none;
		w->place.r[0] = *body;
		w->place.count = 1;
		w->place_labels = false;
	}
	if (stack_slice(np, &w->place, INT32_MAX, &r))
		stack_walk(np->chain, r, label_try, np);
	for (struct session *s = np->sessions; s != NULL && w->place.count == 0; s = s->next)
		if ((int64_t)s->covers * PART > (int64_t)body->w * body->h && !is_named(np, s))
			name_over(np, s);
}
