// SPDX-License-Identifier: MIT
// Rectangle arithmetic for stacking and painting.
#include "rect.h"

struct rect
rect_and(struct rect a, struct rect b)
{
	int32_t x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int64_t w = rect_min((int64_t)a.x + a.w, (int64_t)b.x + b.w) - x;
	int64_t h = rect_min((int64_t)a.y + a.h, (int64_t)b.y + b.h) - y;

	if (rect_empty(a) || rect_empty(b) || w <= 0 || h <= 0)
		return (struct rect){ 0, 0, 0, 0 };
	return (struct rect){ x, y, (int32_t)w, (int32_t)h };
}

struct rect
rect_or(struct rect a, struct rect b)
{
	if (rect_empty(a) || rect_empty(b))
		return rect_empty(a) ? b : a;
	int32_t x = a.x < b.x ? a.x : b.x, right = a.x + a.w, right_b = b.x + b.w;
	int32_t y = a.y < b.y ? a.y : b.y, bottom = a.y + a.h, bottom_b = b.y + b.h;

	return (struct rect){ x, y, (right > right_b ? right : right_b) - x,
	                      (bottom > bottom_b ? bottom : bottom_b) - y };
}

struct rect
rect_inset(struct rect r, int32_t n)
{
	if (r.w <= 2 * n || r.h <= 2 * n)
		return (struct rect){ 0, 0, 0, 0 };
	return (struct rect){ r.x + n, r.y + n, r.w - 2 * n, r.h - 2 * n };
}

unsigned
rect_cut(struct rect a, struct rect b, struct rect out[4])
{
	unsigned n = 0;

	if (rect_empty(b)) {
		out[0] = a;
		return !rect_empty(a);
	}
	int32_t left = b.x - a.x, top = b.y - a.y;
	int32_t right = a.w - left - b.w, bottom = a.h - top - b.h;

	if (bottom > 0)
		out[n++] = (struct rect){ a.x, b.y + b.h, a.w, bottom };
	if (right > 0)
		out[n++] = (struct rect){ b.x + b.w, b.y, right, b.h };
	if (left > 0)
		out[n++] = (struct rect){ a.x, b.y, left, b.h };
	if (top > 0)
		out[n++] = (struct rect){ a.x, a.y, a.w, top };
	return n;
}

bool
rect_has(struct rect r, int32_t x, int32_t y)
{
	return x >= r.x && y >= r.y && (int64_t)x - r.x < r.w && (int64_t)y - r.y < r.h;
}
