// SPDX-License-Identifier: MIT
// What is to be painted, and painting it slice by slice: the user's input is
// looked at between two of them, so the cost of a slice is all that a client
// can make the user wait.  First comes the strip, which says what mode it is, then
// where labels go in X-ray mode, then what has changed, at last the refresh that a
// client has asked for.
#include <string.h>
#include "nitpicker.h"

enum {
	SLICE = 80 << 10,       // opaque pixels, or what costs as much
	TILE = SLICE / 64,      // pixels of glass
	ALONE = 8,              // views that a refresh looks at one by one
};

struct brush {
	struct nitpicker *np;
	struct canvas *c;
	const struct view *only;
	unsigned layer;
};

void
nitpicker_init(struct nitpicker *np, const char *title, uint32_t tsc_khz)
{
	memset(np, 0, sizeof *np);
	np->title = title;
	np->x = -1;             // nowhere yet
	np->tsc_khz = tsc_khz;
}

void
nitpicker_screen(struct nitpicker *np, struct canvas screen)
{
	memset(&np->work, 0, sizeof np->work);
	np->screen = screen;
	np->body = (struct rect){ 0, STRIP, screen.area.w, screen.area.h - STRIP };
	if (!rect_has(screen.area, np->x, np->y))
		np->x = screen.area.w / 2, np->y = screen.area.h / 2;
	np->pointer = pointer_rect(np->x, np->y);
	for (struct view *v = np->top; v != NULL; v = v->below) {
		v->shown = rect_and(v->r, np->body);
		v->since = np->now;
	}
	for (struct session *s = np->sessions; s != NULL; s = s->next)
		nitpicker_signal(s, GUI_SIGNAL_MODE);
	paint_all(np);
}

void
paint(struct nitpicker *np, struct rect r)
{
	struct rect *changed = np->work.changed;

	np->work.strip = rect_or(np->work.strip, rect_and(r, strip_rect(np)));
	np->work.any_changed = true;
	r = rect_and(r, np->body);
	for (int32_t b = r.y / BAND; b * BAND < r.y + r.h; b++)
		changed[b] = rect_or(changed[b], rect_and(r,
			(struct rect){ r.x, b * BAND, r.w, BAND }));
}

void
paint_all(struct nitpicker *np)
{
	np->work.place_labels = xray_shown(np);
	paint(np, np->screen.area);
}

// Where v shows r of its buffer.
static struct rect
shown_part(const struct view *v, struct rect r)
{
	r.x += v->r.x - v->bx, r.y += v->r.y - v->by;
	return v->used ? rect_and(r, v->shown) : (struct rect){ 0, 0, 0, 0 };
}

// A refresh of many views, or of glass, which hides nothing, costs no more than
// the screen.
void
paint_views(struct nitpicker *np, struct session *s, uint32_t from, uint32_t to, struct rect r)
{
	struct rect all = { 0, 0, 0, 0 };

	if (to - from <= ALONE && !s->alpha) {
		np->work.refresh = s, np->work.view = from, np->work.view_end = to;
		np->work.part = r;
		return;
	}
	for (; from < to; from++)
		all = rect_or(all, shown_part(&s->views[from], r));
	paint(np, all);
}

void
paint_content(struct canvas *c, const struct view *v, struct rect piece, enum paint_how how)
{
	const struct session *s = v->session;
	struct rect buffer = { v->r.x - v->bx, v->r.y - v->by,
	                       (int32_t)s->width, (int32_t)s->height };
	struct rect in = rect_and(piece, buffer), rest[4];

	if (!rect_empty(in)) {
		const uint32_t *src = s->pixels + (size_t)(in.y - buffer.y) * s->width +
			(size_t)(in.x - buffer.x);
		if (how == PAINT_DIMMED)
			canvas_dim(c, in, src, s->width, s->tint);
		else if (how == PAINT_BLENDED)
			canvas_blend(c, in, src, s->width);
		else
			canvas_blit(c, in, src, s->width);
	}
	// a view may be larger than its buffer: black there
	for (unsigned n = rect_cut(piece, in, rest); n > 0; n--)
		canvas_fill(c, rest[n - 1], how == PAINT_DIMMED ? s->tint : COLOUR_BLACK);
}

static void paint_piece(void *arg, struct view *v, struct rect piece);

// Put together in a tile of its own, as the screen is not read.  LAYERS bounds the
// recursion and what a client's glass costs others.
static void
paint_glass(const struct brush *b, struct view *v, struct rect r)
{
	static uint32_t tiles[LAYERS][TILE];
	struct canvas tile = { tiles[b->layer], (size_t)r.w, r, 0 };
	struct brush behind = { b->np, &tile, NULL, b->layer + 1 };

	stack_walk(v->next, r, paint_piece, &behind);
	paint_content(&tile, v, r, PAINT_BLENDED);
	canvas_blit(b->c, r, tile.px, tile.stride);
}

static void
paint_piece(void *arg, struct view *v, struct rect piece)
{
	const struct brush *b = arg;
	bool glass = v != NULL && paint_is_glass(b->np, v) && b->layer < LAYERS;

	if (b->only != NULL && v != b->only && !glass)
		return;
	if (v == NULL)
		canvas_fill(b->c, piece, xray_shown(b->np) ? COLOUR_DESKTOP_XRAY : COLOUR_DESKTOP);
	else if (xray_shown(b->np))
		xray_view(b->np, b->c, v, piece);
	else if (glass)
		paint_glass(b, v, piece);
	else
		paint_content(b->c, v, piece, PAINT_OPAQUE);
}

static void
paint_part(struct nitpicker *np, struct canvas *c, struct rect r, const struct view *only)
{
	struct brush b = { np, c, only, 0 };

	strip_draw(np, c, rect_and(r, strip_rect(np)));
	stack_walk(np->chain, rect_and(r, np->body), paint_piece, &b);
}

// The pointer is never read back nor drawn over: its part of the screen is put
// together in a buffer of its own and copied as a whole.
static void
paint_pointer(struct nitpicker *np, struct rect r)
{
	static uint32_t px[POINTER_W * POINTER_H];
	struct canvas c = { px, (size_t)r.w, r, 0 };

	paint_part(np, &c, r, NULL);
	pointer_draw(&c, np->pointer);
	canvas_blit(&np->screen, r, px, (size_t)r.w);
}

static void
paint_rect(struct nitpicker *np, struct rect r, const struct view *only)
{
	struct rect in = rect_and(r, np->pointer), rest[4];

	np->damage = rect_or(np->damage, r);
	for (unsigned n = rect_cut(r, in, rest); n > 0; n--)
		paint_part(np, &np->screen, rest[n - 1], only);
	if (!rect_empty(in))
		paint_pointer(np, in);
}

static void
paint_slice(struct nitpicker *np, struct slices *s, const struct view *only)
{
	struct rect r;

	if (stack_slice(np, s, only, SLICE, &r))
		paint_rect(np, r, only);
}

// A band that has changed.
static bool
next_band(struct nitpicker *np)
{
	struct work *w = &np->work;

	if (w->paint.count > 0 || !w->any_changed)
		return w->paint.count > 0;
	for (int32_t b = 0; b * BAND < np->screen.area.h; b++) {
		if (rect_empty(w->changed[b]))
			continue;
		w->paint.r[w->paint.count++] = w->changed[b];
		w->changed[b] = (struct rect){ 0, 0, 0, 0 };
		return true;
	}
	w->any_changed = false;
	return false;
}

// A view of those to be refreshed, where it shows what has changed.
static bool
next_view(struct nitpicker *np)
{
	struct work *w = &np->work;

	while (w->again.count == 0 && w->view < w->view_end) {
		w->only = &w->refresh->views[w->view++];
		w->again.r[0] = shown_part(w->only, w->part);
		w->again.count = !rect_empty(w->again.r[0]);
	}
	return w->again.count > 0;
}

bool
paint_step(struct nitpicker *np)
{
	struct work *w = &np->work;
	struct rect strip = w->strip;

	if (!rect_empty(strip)) {
		w->strip = (struct rect){ 0, 0, 0, 0 };
		paint_rect(np, strip, NULL);
	} else if (w->place_labels || w->place.count > 0) {
		xray_place_labels(np);
	} else if (next_band(np)) {
		paint_slice(np, &w->paint, NULL);
	} else if (next_view(np)) {
		paint_slice(np, &w->again, w->only);
	} else {
		return false;
	}
	return true;
}
