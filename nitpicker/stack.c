// SPDX-License-Identifier: MIT
// The stack of all views, topmost first, and the walk over what is visible in a
// part of the screen that is small enough for a bounded walk.
#include "nitpicker.h"

enum {
	CROWD = 24,             // so many views may show in a slice
	THIN = 16,              // lines of a slice; more are divided first
	XRAY_COST = 2, GLASS_COST = 80, // of a pixel, beside an opaque one
	CORNERS = 8,            // where so many views show, pixels cost as much again
};

// r is not empty and on the screen, *s too, or all zero.
static inline bool
misses(const struct rect *s, struct rect r)
{
	return s->y >= r.y + r.h || r.y >= s->y + s->h || s->x >= r.x + r.w || r.x >= s->x + s->w;
}

struct view *
stack_group(struct view *v)
{
	struct view *t = v;

	while (t->above != NULL && t->above->parent == v)
		t = t->above;
	return t;
}

struct view *
stack_slot(const struct nitpicker *np, const struct view *v, bool back)
{
	if (v->parent != NULL)
		return back ? v->parent : stack_group(v->parent);
	struct view *b = np->top;

	while (b != NULL && (b->band > v->band || (back && b->band == v->band)))
		b = b->below;
	return b;
}

void
stack_insert(struct nitpicker *np, struct view *v, struct view *t, struct view *below)
{
	v->below = below;
	t->above = below != NULL ? below->above : np->bottom;
	*(t->above != NULL ? &t->above->below : &np->top) = t;
	*(below != NULL ? &below->above : &np->bottom) = v;
}

void
stack_remove(struct nitpicker *np, struct view *v, struct view *t)
{
	*(t->above != NULL ? &t->above->below : &np->top) = v->below;
	*(v->below != NULL ? &v->below->above : &np->bottom) = t->above;
}

struct view *
stack_at(const struct nitpicker *np, int32_t x, int32_t y)
{
	struct view *v = shown_top(np);

	while (v != NULL && !rect_has(*shown_at(np, v), x, y))
		v = shown_next(np, v);
	return v;
}

bool
stack_unobscured(const struct view *v)
{
	for (const struct view *a = v->above; a != NULL; a = a->above)
		if (!misses(&a->shown, v->shown))
			return false;
	return true;
}

void
stack_disturb(const struct nitpicker *np, struct view *v, struct rect r)
{
	r = rect_and(r, np->body);
	for (; v != NULL && !rect_empty(r); v = v->below)
		if (!misses(&v->shown, r))
			v->since = np->now;
}

// Chains the views that may show in r, down to the one that hides all others.
// Returns what a pixel may cost, in opaque ones; 0: more than CROWD, not all are chained.
static int32_t
chain(struct nitpicker *np, struct rect r)
{
	struct view **link = &np->chain, *v;
	int32_t weight = xray_shown(np) ? XRAY_COST : 1;
	int32_t n = 0, panes = 0;

	for (v = shown_top(np); v != NULL && n <= CROWD; v = shown_next(np, v)) {
		const struct rect *at = shown_at(np, v);

		if (misses(at, r))
			continue;
		v->here = *at;
		*link = v;
		link = &v->next;
		n++;
		bool glass = paint_is_glass(np, v);

		if (glass)
			weight = GLASS_COST;
		if (rect_equal(rect_and(v->here, r), r) && (!glass || panes++ == LAYERS))
			break;
	}
	*link = NULL;
	return n > CROWD ? 0 : weight * (1 + n / CORNERS);
}

// The upper or left half of r; the other one waits.  Long lines are cheap to paint,
// but it is squares that divide a crowd.
static struct rect
halve(struct slices *s, struct rect r, int32_t thin)
{
	struct rect rest = r;

	if (r.h > thin || r.h > r.w)
		r.h /= 2, rest.y += r.h, rest.h -= r.h;
	else
		r.w /= 2, rest.x += r.w, rest.w -= r.w;
	s->r[s->count++] = rest;
	return r;
}

bool
stack_slice(struct nitpicker *np, struct slices *s, int32_t most, struct rect *r)
{
	*r = s->r[--s->count];
	int32_t weight = chain(np, *r);

	if (weight == 0 && r->w * r->h > 1) {
		*r = halve(s, *r, INT32_MAX);
		s->r[s->count++] = *r;
		return false;
	}
	while ((int64_t)r->w * r->h * weight > most)
		*r = halve(s, *r, THIN);
	return true;
}

// Depth first: the topmost view that touches r takes its part, the up to four
// parts around it go on to the views below.  No two pieces overlap.  No deeper
// than the chain is long, which is CROWD + 1 at most.
void
stack_walk(struct view *v, struct rect r, walk_fn *fn, void *arg)
{
	struct rect rest[4];

	if (rect_empty(r))
		return;
	while (v != NULL && misses(&v->here, r))
		v = v->next;
	if (v == NULL) {
		fn(arg, NULL, r);
		return;
	}
	struct rect in = rect_and(v->here, r);

	fn(arg, v, in);
	for (unsigned n = rect_cut(r, in, rest); n > 0; n--)
		stack_walk(v->next, rest[n - 1], fn, arg);
}
