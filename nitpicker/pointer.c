// SPDX-License-Identifier: MIT
// The pointer, drawn into what is put together for its place.
#include "nitpicker.h"

void
pointer_draw(struct canvas *c, struct rect where)
{
	struct rect clip = rect_and(c->area, where);

	for (int32_t y = clip.y; y < clip.y + clip.h; y++) {
		uint32_t *dst = c->px + (size_t)(y - c->area.y) * c->stride;

		for (int32_t x = clip.x; x < clip.x + clip.w; x++) {
			char s = pointer_shape[y - where.y][x - where.x];

			if (s != ' ')
				dst[x - c->area.x] = s == '#' ? COLOUR_BLACK : COLOUR_WHITE;
		}
	}
}

struct canvas
pointer_behind(struct nitpicker *np, struct rect r)
{
	size_t at = (size_t)(r.y - np->pointer.y) * POINTER_W + (size_t)(r.x - np->pointer.x);

	return (struct canvas){ rect_empty(r) ? NULL : np->behind + at, POINTER_W, r };
}

// At its new place at once: that is what the user waits for.  What is behind it is the one
// thing that is read back from the screen: in X-ray and kill mode nobody else has it.
void
pointer_move(struct nitpicker *np)
{
	struct rect to = { np->x, np->y, POINTER_W, POINTER_H };
	struct rect old = rect_and(np->pointer, np->screen.area);
	struct rect in = rect_and(to, np->screen.area);
	const struct canvas *s = &np->screen;

	if (rect_equal(to, np->pointer))
		return;
	struct canvas behind = pointer_behind(np, old);

	canvas_copy(&np->screen, old, behind.px, behind.stride, row_copy, 0);
	np->pointer = to;
	behind = pointer_behind(np, in);
	canvas_copy(&behind, in, s->px + (size_t)(in.y - s->area.y) * s->stride +
	            (size_t)(in.x - s->area.x), s->stride, row_copy, 0);
	pointer_draw(&np->screen, to);
	np->damage = rect_or(np->damage, rect_or(old, in));
}
