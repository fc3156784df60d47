// SPDX-License-Identifier: MIT
// Painting a part of the screen: strip, views by walking the stack, desktop,
// pointer.  Each pixel of the screen is written once.
#include <string.h>
#include "nitpicker.h"

// So many alpha views over each other are looked through, no more: the depth of
// recursion, and a bound on what a client's glass costs others.
enum { LAYERS = 2, TILE_W = 128, TILE_H = 32 };

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
	np->tsc_khz = tsc_khz;
}

void
nitpicker_screen(struct nitpicker *np, struct canvas screen)
{
	bool first = rect_empty(np->screen.area);

	np->screen = screen;
	np->body = (struct rect){ 0, STRIP, screen.area.w, screen.area.h - STRIP };
	np->x = first || np->x >= screen.area.w ? screen.area.w / 2 : np->x;
	np->y = first || np->y >= screen.area.h ? screen.area.h / 2 : np->y;
	np->pointer = pointer_rect(np->x, np->y);
	for (struct view *v = np->top; v != NULL; v = v->below)
		v->since = np->now;
	for (struct session *s = np->sessions; s != NULL; s = s->next)
		nitpicker_signal(s, GUI_SIGNAL_MODE);
	paint_all(np);
}

void
paint_content(struct canvas *c, const struct view *v, struct rect piece, enum paint_how how)
{
	const struct session *s = v->session;
	struct rect buffer = { v->r.x - v->bx, v->r.y - v->by, (int32_t)s->width, (int32_t)s->height };
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

// Put together in a tile of its own, as the screen is not read.
static void
paint_glass(const struct brush *b, struct view *v, struct rect piece)
{
	static uint32_t tiles[LAYERS][TILE_W * TILE_H];

	for (int32_t y = 0; y < piece.h; y += TILE_H)
		for (int32_t x = 0; x < piece.w; x += TILE_W) {
			struct rect at = { piece.x + x, piece.y + y, TILE_W, TILE_H };
			struct rect r = rect_and(piece, at);
			struct canvas tile = { tiles[b->layer], TILE_W, r, 0 };
			struct brush behind = { b->np, &tile, NULL, b->layer + 1 };

			stack_walk(v->below, r, NULL, paint_piece, &behind);
			paint_content(&tile, v, r, PAINT_BLENDED);
			canvas_blit(b->c, r, tile.px, TILE_W);
		}
}

static void
paint_piece(void *arg, struct view *v, struct rect piece)
{
	const struct brush *b = arg;
	bool xray = xray_shown(b->np);
	bool glass = !xray && v != NULL && v->session->alpha && b->layer < LAYERS;

	if (b->only != NULL && v != b->only && !glass)
		return;
	if (v == NULL)
		canvas_fill(b->c, piece, xray ? COLOUR_DESKTOP_XRAY : COLOUR_DESKTOP);
	else if (xray)
		xray_view(b->np, b->c, v, piece);
	else if (glass)
		paint_glass(b, v, piece);
	else
		paint_content(b->c, v, piece, PAINT_OPAQUE);
}

static void
paint_part(struct nitpicker *np, struct canvas *c, struct rect r, struct view *only)
{
	struct brush b = { np, c, only, 0 };
	struct rect strip = { 0, 0, np->screen.area.w, STRIP };

	if (only == NULL)
		strip_draw(np, c, rect_and(r, strip));
	stack_walk(np->top, rect_and(r, np->body), only, paint_piece, &b);
}

// The pointer is never read back nor drawn over: its part of the screen is put
// together in a buffer of its own and copied as a whole.
static void
paint_pointer(struct nitpicker *np, struct rect r)
{
	static uint32_t px[POINTER_W * POINTER_H];
	struct canvas c = { px, (size_t)r.w, r, 0 };

	paint_part(np, &c, r, NULL);
	pointer_draw(&c, r, np->pointer);
	canvas_blit(&np->screen, r, px, (size_t)r.w);
}

static void
paint_around(struct nitpicker *np, struct rect r, struct view *only)
{
	r = rect_and(r, np->screen.area);
	struct rect in = rect_and(r, np->pointer), rest[4];

	np->damage = rect_or(np->damage, r);
	for (unsigned n = rect_cut(r, in, rest); n > 0; n--)
		paint_part(np, &np->screen, rest[n - 1], only);
	if (!rect_empty(in))
		paint_pointer(np, in);
}

void
paint(struct nitpicker *np, struct rect r)
{
	paint_around(np, r, NULL);
}

void
paint_view(struct nitpicker *np, struct view *v, struct rect r)
{
	paint_around(np, rect_and(rect_and(r, v->r), np->body), v);
}

void
paint_all(struct nitpicker *np)
{
	if (xray_shown(np))
		xray_place_labels(np);
	paint(np, np->screen.area);
}
