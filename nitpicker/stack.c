// SPDX-License-Identifier: MIT
// The stack of all views, topmost first, and the walk over what is visible.
#include "nitpicker.h"

// Cheaper than rect_and, and most views miss.  Both lie near GUI_POSITION_MAX, so
// nothing overflows.
static inline bool
misses(const struct view *v, struct rect r)
{
	return v->r.x >= r.x + r.w || v->r.y >= r.y + r.h || r.x >= v->r.x + v->r.w ||
		r.y >= v->r.y + v->r.h || rect_empty(v->r) || rect_empty(r);
}

struct view *
stack_group(struct view *v)
{
	struct view *t = v;

	while (t->above != NULL && t->above->parent == v)
		t = t->above;
	return t;
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
	struct view *v = rect_has(np->body, x, y) ? np->top : NULL;

	while (v != NULL && !rect_has(v->r, x, y))
		v = v->below;
	return v;
}

// Depth first: the topmost view that touches r takes its part, the up to four
// parts around it go on to the views below.  The parts that wait are kept in
// the views, in the memory of the clients that cause them, so depth costs
// nothing here.  No two pieces overlap.  All views that keep parts lie above
// the one that fn is called with.
void
stack_walk(struct view *from, struct rect r, const struct view *only, walk_fn *fn, void *arg)
{
	const struct view *end = only != NULL ? only->below : NULL;
	struct view *v = from, *cut = NULL;

	if (rect_empty(r))
		return;
	for (;;) {
		while (v != end && misses(v, r))
			v = v->below;
		if (v == end) {
			if (only == NULL)
				fn(arg, NULL, r);
		} else {
			struct rect in = rect_and(v->r, r);

			fn(arg, v, in);
			v->todo_count = (uint8_t)rect_cut(r, in, v->todo);
			v->cut_before = cut;
			cut = v;
		}
		while (cut != NULL && cut->todo_count == 0)
			cut = cut->cut_before;
		if (cut == NULL)
			return;
		r = cut->todo[--cut->todo_count];
		v = cut->below;
	}
}

bool
stack_unobscured(const struct view *v)
{
	for (const struct view *a = v->above; a != NULL; a = a->above)
		if (!misses(a, v->r))
			return false;
	return true;
}

void
stack_disturb(struct nitpicker *np, struct view *v)
{
	v->since = np->now;
	for (struct view *b = v->below; b != NULL; b = b->below)
		if (!misses(b, v->r))
			b->since = np->now;
}
