// SPDX-License-Identifier: MIT
// What is to be painted, and painting it slice by slice: the user's input is
// looked at between two of them, so the cost of a slice is all that a client
// can make the user wait.  First comes the strip, which says what mode it is, then
// where labels go in X-ray mode, then what has changed, at last the refresh that a
// client has asked for.
//
// In X-ray and kill mode the picture stands still, yet all that clients change and refresh is
// painted as in normal mode, to nowhere: how long their calls take, and others wait, does not
// tell them of the mode.  This is the ghost's work; while it is done, np->ghosting, nobody sees
// a mode.
#include <string.h>
#include "nitpicker.h"

enum {
	SLICE = 80 << 10,       // opaque pixels, or what costs as much
	TILE = SLICE / 64,      // pixels of glass, at most: see GLASS_COST
};

struct brush {
	struct nitpicker *np;
	struct canvas *c;
	const struct session *only;     // if not NULL, and glass over it
	unsigned layer;
};

void
nitpicker_screen(struct nitpicker *np, struct canvas screen)
{
	bool first = rect_empty(np->screen.area);

	memset(&np->work, 0, sizeof np->work);
	memset(&np->ghost, 0, sizeof np->ghost);
	np->screen = screen;
	np->strip = (struct rect){ 0, 0, screen.area.w, STRIP };
	np->body = (struct rect){ 0, STRIP, screen.area.w, screen.area.h - STRIP };
	if (first || !rect_has(screen.area, np->x, np->y))
		np->x = screen.area.w / 2, np->y = screen.area.h / 2;
	np->pointer = (struct rect){ np->x, np->y, POINTER_W, POINTER_H };
	for (struct view *v = np->top; v != NULL; v = v->below) {
		v->shown = rect_and(v->r, np->body);
		v->since = np->now;
	}
	still_screen(np);
	for (struct session *s = np->sessions; s != NULL; s = s->next)
		nitpicker_signal(s, GUI_SIGNAL_MODE);
	paint_all(np);
}

static void
mark(const struct nitpicker *np, struct work *w, struct rect r)
{
	w->any = true;
	w->look |= rect_has(r, np->x, np->y);
	w->strip = rect_or(w->strip, rect_and(r, np->strip));
	r = rect_and(r, np->body);
	int32_t b = r.y / LINES;

	w->band = (int32_t)rect_min(b, w->band);
	for (; b * LINES < r.y + r.h; b++)
		w->changed[b] = rect_or(w->changed[b], rect_and(r,
			(struct rect){ r.x, b * LINES, r.w, LINES }));
}

void
paint(struct nitpicker *np, struct rect r)
{
	mark(np, &np->work, r);
}

static struct work *
live_work(struct nitpicker *np)
{
	return np->still.on ? &np->ghost : &np->work;
}

void
paint_change(struct nitpicker *np, struct rect r)
{
	mark(np, live_work(np), rect_and(r, np->body));
}

void
paint_all(struct nitpicker *np)
{
	np->work.place_labels = xray_shown(np);
	np->work.place.count = 0;
	paint(np, np->screen.area);
}

static void
again(struct work *w, const struct session *s, struct rect r)
{
	if (rect_empty(r))
		return;
	w->any = true;
	w->again.r[0] = r;
	w->again.count = 1;
	w->only = s;
}

static struct rect
moved(struct rect r, int32_t x, int32_t y)
{
	return (struct rect){ r.x + x, r.y + y, r.w, r.h };
}

// What is hidden by others needs not be painted, unless these are glass themselves.
void
paint_views(struct nitpicker *np, struct session *s, const struct view *one, struct rect r)
{
	struct rect all = { 0, 0, 0, 0 }, still = all;
	const struct view *v = np->still.on && still_live(np, s) ? np->still.top : NULL;

	for (; v != NULL; v = v->still.below)
		if (one != NULL ? v == one : v->session == s)
			still = rect_or(still, rect_and(v->still.shown,
			                                moved(r, v->still.x, v->still.y)));
	again(&np->work, s, still);
	for (v = s->views; v < s->views + s->view_end; v++)
		if (v->used && (one == NULL || v == one))
			all = rect_or(all, rect_and(v->shown,
			                            moved(r, v->r.x - v->bx, v->r.y - v->by)));
	if (s->alpha)
		paint_change(np, all);
	else
		again(live_work(np), s, all);
}

void
paint_content(struct canvas *c, const struct session *s, int32_t x, int32_t y,
              struct rect piece, row_fn *row)
{
	struct rect buffer = { x, y, (int32_t)s->width, (int32_t)s->height };
	struct rect in = rect_and(piece, buffer);

	if (!rect_empty(in))
		canvas_copy(c, in, s->pixels + (size_t)(in.y - buffer.y) * s->width +
			    (size_t)(in.x - buffer.x), s->width, row, s->tint);
	// a view may be larger than its buffer: black there
	canvas_surround(c, piece, in, row == row_dim ? s->tint : COLOUR_BLACK);
}

// Of a view in normal mode: what is not its frame.  A child that its parent's frame surrounds
// needs none.
static struct rect
inside(const struct view *v, struct rect shown)
{
	const struct view *p = v->parent;

	if (v->session->plan->flags & STARTUP_CLIENT_FRAMELESS ||
	    (p != NULL && rect_equal(rect_and(v->r, rect_inset(p->r, GUI_FRAME)), v->r)))
		return shown;
	return rect_inset(shown, GUI_FRAME);
}

static void paint_piece(void *arg, struct view *v, struct rect piece);

// Put together in a tile of its own, as the screen is not read.  LAYERS bounds the
// recursion and what a client's glass costs others.
static void
paint_glass(const struct brush *b, struct view *v, struct rect r)
{
	static uint32_t tiles[LAYERS][TILE];
	struct canvas tile = { tiles[b->layer], (size_t)r.w, r };
	struct brush behind = { b->np, &tile, NULL, b->layer + 1 };

	stack_walk(v->next, r, paint_piece, &behind);
	paint_content(&tile, v->session, v->r.x - v->bx, v->r.y - v->by, r, row_blend);
	canvas_copy(b->c, r, tile.px, tile.stride, row_copy, 0);
}

static void
paint_piece(void *arg, struct view *v, struct rect piece)
{
	const struct brush *b = arg;
	bool glass = v != NULL && paint_is_glass(b->np, v) && b->layer < LAYERS;

	if (b->only != NULL && !glass && (v == NULL || v->session != b->only))
		return;
	if (v == NULL) {
		canvas_fill(b->c, piece, xray_shown(b->np) ? COLOUR_DESKTOP_XRAY : COLOUR_DESKTOP);
		return;
	}
	if (xray_shown(b->np)) {
		xray_view(b->np, b->c, v, piece);
		return;
	}
	struct rect in = rect_and(piece, inside(v, v->here));

	if (b->only == NULL)            // else it is there
		canvas_surround(b->c, piece, in, v->session->colour);
	if (rect_empty(in))
		return;
	if (glass)
		paint_glass(b, v, in);
	else
		paint_content(b->c, v->session, v->r.x - v->bx, v->r.y - v->by, in, row_copy);
}

// Around the labels of s and those after it, which are above all views.
static void
paint_below(struct brush *b, struct session *s, struct rect r)
{
	struct rect rest[4];

	s = xray_labelled(s, r);
	if (s == NULL) {
		stack_walk(b->np->chain, r, paint_piece, b);
		return;
	}
	if (b->only == NULL)
		xray_label(b->c, s, r);
	for (unsigned n = rect_cut(r, rect_and(r, s->label), rest); n > 0; n--)
		paint_below(b, s->next, rest[n - 1]);
}

static void
paint_part(struct nitpicker *np, struct canvas *c, struct rect r, const struct session *only)
{
	struct brush b = { np, c, only, 0 };

	if (r.y < STRIP)
		strip_draw(np, c, rect_and(r, np->strip));
	if (still_shown(np) && only == NULL)
		legend_draw(np, c, rect_and(r, np->still.legend));
	paint_below(&b, still_shown(np) ? np->sessions : NULL, rect_and(r, shown_body(np)));
}

// The pointer is never drawn over: what is behind it is kept in a buffer of its own, put
// together with it in another one, and copied as a whole.
static void
paint_rect(struct nitpicker *np, struct rect r, const struct session *only)
{
	static uint32_t px[POINTER_W * POINTER_H], nowhere[GUI_SIZE_MAX];
	struct rect in = rect_and(r, np->pointer), rest[4];
	struct canvas behind = pointer_behind(np, in), front = { px, (size_t)in.w, in };
	struct canvas screen = np->screen;

	if (np->ghosting)
		screen.px = behind.px = nowhere, screen.stride = behind.stride = 0;
	else
		np->damage = rect_or(np->damage, r);
	for (unsigned n = rect_cut(r, in, rest); n > 0; n--)
		paint_part(np, &screen, rest[n - 1], only);
	if (rect_empty(in))
		return;
	paint_part(np, &behind, in, only);
	canvas_copy(&front, in, behind.px, behind.stride, row_copy, 0);
	pointer_draw(&front, np->pointer);
	canvas_copy(&screen, in, px, front.stride, row_copy, 0);
}

static void
paint_slice(struct nitpicker *np, struct slices *s, const struct session *only)
{
	struct rect r;

	if (stack_slice(np, s, SLICE, &r))
		paint_rect(np, r, only);
}

// The uppermost of the bands that have changed.
static bool
next_band(const struct nitpicker *np, struct work *w)
{
	for (; w->paint.count == 0 && w->band * LINES < np->screen.area.h; w->band++) {
		w->paint.r[0] = w->changed[w->band];
		w->paint.count = !rect_empty(w->paint.r[0]);
		w->changed[w->band] = (struct rect){ 0, 0, 0, 0 };
	}
	return w->paint.count > 0;
}

static bool
step(struct nitpicker *np, struct work *w)
{
	if (w->look)
		strip_look(np, w);
	if (!w->any)
		return false;
	struct rect strip = w->strip;

	if (!rect_empty(strip)) {
		w->strip = (struct rect){ 0, 0, 0, 0 };
		paint_rect(np, strip, NULL);
	} else if (w->place_labels || w->place.count > 0) {
		xray_place_labels(np);
	} else if (next_band(np, w)) {
		paint_slice(np, &w->paint, NULL);
	} else if (w->again.count > 0) {
		paint_slice(np, &w->again, w->only);
	} else {
		w->any = false;
		np->still.painted |= still_shown(np);
	}
	return w->any;
}

bool
paint_step(struct nitpicker *np)
{
	if (step(np, &np->work))
		return true;
	np->ghosting = np->still.on;
	bool more = np->ghosting && step(np, &np->ghost);
	np->ghosting = false;
	return more;
}
