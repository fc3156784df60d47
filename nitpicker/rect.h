// SPDX-License-Identifier: MIT
// Rectangle arithmetic that cannot overflow, whatever a client says.
#pragma once

#include <stdbool.h>
#include <session/rect.h>

static inline bool
rect_empty(struct rect r)
{
	return r.w <= 0 || r.h <= 0;
}

static inline bool
rect_equal(struct rect a, struct rect b)
{
	return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

// Common part; all zero if there is none.
struct rect rect_and(struct rect a, struct rect b);

// The smallest that contains both; an empty one counts for nothing.
struct rect rect_or(struct rect a, struct rect b);

// Smaller by n > 0 on each side; empty if nothing is left.
struct rect rect_inset(struct rect r, int32_t n);

// The parts of `a` outside of `b` (inside of a, or empty), at most four, the
// upper one last.  Returns how many.
unsigned rect_cut(struct rect a, struct rect b, struct rect out[4]);

bool rect_has(struct rect r, int32_t x, int32_t y);
