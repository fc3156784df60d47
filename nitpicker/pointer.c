// SPDX-License-Identifier: MIT
// The pointer, drawn into what is put together for its place.
#include <draw/pointer.h>
#include "nitpicker.h"

struct rect
pointer_rect(int32_t x, int32_t y)
{
	return (struct rect){ x, y, POINTER_W, POINTER_H };
}

void
pointer_draw(struct canvas *c, struct rect clip, struct rect where)
{
	clip = rect_and(clip, rect_and(c->area, where));
	for (int32_t y = clip.y; y < clip.y + clip.h; y++) {
		uint32_t *dst = c->px + (size_t)(y - c->area.y) * c->stride;

		for (int32_t x = clip.x; x < clip.x + clip.w; x++) {
			char s = pointer_shape[y - where.y][x - where.x];

			if (s != ' ')
				dst[x - c->area.x] = s == '#' ? COLOUR_BLACK : COLOUR_WHITE;
		}
	}
}

void
pointer_move(struct nitpicker *np)
{
	struct rect old = np->pointer, rest[4];

	np->pointer = pointer_rect(np->x, np->y);
	if (rect_equal(old, np->pointer))
		return;
	// the new place first: that is what the user waits for
	paint(np, np->pointer);
	for (unsigned n = rect_cut(old, rect_and(old, np->pointer), rest); n > 0; n--)
		paint(np, rest[n - 1]);
}
