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

// At its new place at once: that is what the user waits for.  What was behind
// it at the old one waits for its turn.
void
pointer_move(struct nitpicker *np)
{
	struct rect old = np->pointer;

	np->pointer = (struct rect){ np->x, np->y, POINTER_W, POINTER_H };
	if (rect_equal(old, np->pointer))
		return;
	pointer_draw(&np->screen, np->pointer);
	np->damage = rect_or(np->damage, rect_and(np->pointer, np->screen.area));
	paint(np, old);
}
