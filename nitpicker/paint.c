// SPDX-License-Identifier: MIT
// Painting a part of the screen: strip, views by walking the stack, desktop,
// pointer.  Each pixel of the screen is written once.
#include "nitpicker.h"

struct brush { const struct nitpicker *np; struct canvas *c; const struct view *only; };

void
nitpicker_init(struct nitpicker *np, struct canvas screen, const char *title, uint32_t tsc_khz)
{
	*np = (struct nitpicker){ .screen = screen, .title = title, .tsc_khz = tsc_khz };
	np->body = (struct rect){ 0, STRIP, screen.area.w, screen.area.h - STRIP };
	np->x = screen.area.w / 2, np->y = screen.area.h / 2;
	np->pointer = pointer_rect(np->x, np->y);
}

void
paint_content(struct canvas *c, const struct view *v, struct rect piece, bool dimmed)
{
	const struct session *s = v->session;
	struct rect buffer = { v->r.x - v->bx, v->r.y - v->by, (int32_t)s->width, (int32_t)s->height };
	struct rect in = rect_and(piece, buffer), rest[4];

	if (!rect_empty(in)) {
		const uint32_t *src = s->pixels + (size_t)(in.y - buffer.y) * s->width +
			(size_t)(in.x - buffer.x);
		if (dimmed)
			canvas_dim(c, in, src, s->width, s->tint);
		else
			canvas_blit(c, in, src, s->width);
	}
	// a view may be larger than its buffer: black there
	for (unsigned n = rect_cut(piece, in, rest); n > 0; n--)
		canvas_fill(c, rest[n - 1], dimmed ? s->tint : COLOUR_BLACK);
}

static void
paint_piece(void *arg, struct view *v, struct rect piece)
{
	const struct brush *b = arg;
	bool xray = xray_shown(b->np);

	if (b->only != NULL && v != b->only)
		return;
	if (v == NULL)
		canvas_fill(b->c, piece, xray ? COLOUR_DESKTOP_XRAY : COLOUR_DESKTOP);
	else if (xray)
		xray_view(b->np, b->c, v, piece);
	else
		paint_content(b->c, v, piece, false);
}

static void
paint_part(struct nitpicker *np, struct canvas *c, struct rect r, struct view *only)
{
	struct brush b = { np, c, only };
	struct rect strip = { 0, 0, np->screen.area.w, STRIP };

	if (only == NULL)
		strip_draw(np, c, rect_and(r, strip));
	stack_walk(np, rect_and(r, np->body), only, paint_piece, &b);
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
