// SPDX-License-Identifier: MIT
// What a client can ask for: buffer, views, stacking, titles, refresh,
// confirmation.  Each operation checks all its words first, then acts.
#include <string.h>
#include "nitpicker.h"

// A word of a message as a number within +-limit.
static bool
number(uint64_t word, int32_t limit, int32_t *out)
{
	int64_t n = (int64_t)word;

	if (n < -limit || n > limit)
		return false;
	*out = (int32_t)n;
	return true;
}

static bool
size(uint64_t word, int32_t *out)
{
	*out = (int32_t)(word & 0xffff);
	return word <= GUI_SIZE_MAX;
}

static struct view *
find(struct session *s, uint64_t index)
{
	return index < s->view_max && s->views[index].used ? &s->views[index] : NULL;
}

enum err
session_init(struct session *s, const struct startup_client *plan)
{
	if (plan->private_size < sizeof *s || plan->shared_size < GUI_PIXELS)
		return ERR_ARG;
	uint64_t views = (plan->private_size - sizeof *s) / sizeof(struct view);

	memset(s, 0, sizeof *s);
	s->plan = plan;
	s->colour = colour_label(plan->colour);
	s->tint = colour_tint(plan->colour);
	s->label_len = (int32_t)strlen(plan->label);
	s->pixels = gui_pixels(plan->shared);
	s->capacity = (plan->shared_size - GUI_PIXELS) / sizeof(uint32_t);
	s->view_max = views < NO_VIEW ? (uint32_t)views : NO_VIEW;
	s->input = gui_input(plan->shared);
	return OK;
}

static void
repaint(struct nitpicker *np, struct rect r)
{
	paint(np, rect_and(r, np->body));
}

// The stack has changed: repaint what `r` shows now, and labels that moved.
static void
changed(struct nitpicker *np, struct rect r)
{
	if (xray_shown(np))
		xray_place_labels(np);
	repaint(np, r);
	if (xray_shown(np))
		xray_move_labels(np);
}

static void
view_remove(struct nitpicker *np, struct view *v)
{
	stack_disturb(np, v);
	stack_remove(np, v);
	v->used = false;
}

void
session_lock_out(struct nitpicker *np, struct session *s)
{
	for (uint32_t i = 0; i < s->view_end; i++)
		if (s->views[i].used)
			view_remove(np, &s->views[i]);
	s->locked_out = true;
	route_forget(np, s);
	nitpicker_log("locked out", s);
	paint_all(np);
}

static enum err
buffer(struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	if (mr[0] > GUI_SIZE_MAX || mr[1] > GUI_SIZE_MAX || mr[0] * mr[1] > s->capacity)
		return ERR_ARG;
	s->width = (uint32_t)mr[0], s->height = (uint32_t)mr[1];
	for (struct view *v = np->top; v != NULL; v = v->below)
		if (v->session == s)
			paint_view(np, v, v->r);
	return OK;
}

// Where a view goes that shall be as low as its session may have it.
static struct view *
above_background(const struct nitpicker *np)
{
	struct view *v = np->bottom, *lowest = NULL;

	for (; v != NULL && v->background; v = v->above)
		lowest = v;
	return lowest;
}

static enum err
view_create(struct nitpicker *np, struct session *s, struct view *v, struct rect r)
{
	uint32_t end = (uint32_t)(v - s->views) + 1;

	v->used = true;
	v->session = s;
	s->view_end = end > s->view_end ? end : s->view_end;
	v->r = r;
	stack_insert(np, v, np->top);
	stack_disturb(np, v);
	changed(np, r);
	return OK;
}

static enum err
view(struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	struct rect r, rest[4];
	int32_t bx, by;

	if (mr[0] >= s->view_max || !number(mr[1], GUI_POSITION_MAX, &r.x) ||
	    !number(mr[2], GUI_POSITION_MAX, &r.y) || !size(mr[3], &r.w) || !size(mr[4], &r.h) ||
	    !number(mr[5], GUI_POSITION_MAX, &bx) || !number(mr[6], GUI_POSITION_MAX, &by))
		return ERR_ARG;
	struct view *v = &s->views[mr[0]];
	struct rect old = v->r;

	if (r.w == 0 && r.h == 0) {
		if (v->used) {
			view_remove(np, v);
			changed(np, old);
		}
		return OK;
	}
	if (!v->used) {
		memset(v, 0, sizeof *v);
		v->bx = bx, v->by = by;
		return view_create(np, s, v, r);
	}
	if (rect_equal(r, old) && bx == v->bx && by == v->by)
		return OK;
	stack_disturb(np, v);
	v->r = r, v->bx = bx, v->by = by;
	stack_disturb(np, v);
	if (xray_shown(np)) {
		xray_place_labels(np);
		repaint(np, r);         // with the frame
	} else {
		paint_view(np, v, r);
	}
	for (unsigned n = rect_cut(old, rect_and(old, r), rest); n > 0; n--)
		repaint(np, rest[n - 1]);
	if (xray_shown(np))
		xray_move_labels(np);
	return OK;
}

static enum err
stack(struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > 1)
		return ERR_ARG;
	if (v->background || (mr[1] == 0 && v == np->top))
		return OK;
	stack_disturb(np, v);
	stack_remove(np, v);
	stack_insert(np, v, mr[1] == 0 ? np->top : above_background(np));
	stack_disturb(np, v);
	changed(np, v->r);
	return OK;
}

static enum err
background(struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (!(s->plan->flags & STARTUP_CLIENT_BACKGROUND))
		return ERR_REFUSED;
	if (v == NULL)
		return ERR_ARG;
	stack_disturb(np, v);
	stack_remove(np, v);
	stack_insert(np, v, NULL);
	v->background = true;
	changed(np, v->r);
	return OK;
}

static enum err
title(struct nitpicker *np, struct session *s, const uint64_t *mr, unsigned words)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > GUI_TITLE_MAX || words < 2 + (mr[1] + 7) / 8)
		return ERR_ARG;
	v->title_len = (uint8_t)mr[1];
	memcpy(v->title, &mr[2], v->title_len); // drawn with '?' for what is not ASCII
	if (xray_shown(np)) {
		struct rect old = v->label;

		xray_place_labels(np);
		repaint(np, old);
		xray_move_labels(np);
	}
	return OK;
}

static enum err
refresh(struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	struct rect r;

	if (!number(mr[0], INT32_MAX, &r.x) || !number(mr[1], INT32_MAX, &r.y) ||
	    !number(mr[2], INT32_MAX, &r.w) || !number(mr[3], INT32_MAX, &r.h))
		return ERR_ARG;
	r = rect_and(r, (struct rect){ 0, 0, (int32_t)s->width, (int32_t)s->height });
	if (rect_empty(r))
		return OK;
	for (uint32_t i = 0; i < s->view_end; i++) {
		struct view *v = &s->views[i];

		if (v->used)
			paint_view(np, v, (struct rect){ r.x + v->r.x - v->bx,
			                                 r.y + v->r.y - v->by, r.w, r.h });
	}
	return OK;
}

static enum err
confirm(const struct nitpicker *np, struct session *s, const uint64_t *mr)
{
	const struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > 60000)
		return ERR_ARG;
	uint64_t ticks = mr[1] * np->tsc_khz;
	bool rests = np->now - v->since >= ticks && np->now - np->focus_since >= ticks;
	bool whole = !rect_empty(v->r) && rect_equal(rect_and(v->r, np->body), v->r);

	return np->focus == s && !np->kill && rests && whole && stack_unobscured(v) ?
		OK : ERR_REFUSED;
}

enum err
session_call(struct nitpicker *np, struct session *s, uint32_t op, unsigned words, uint64_t *mr)
{
	static const uint8_t needs[] = {
		[GUI_INFO] = 0, [GUI_BUFFER] = 2, [GUI_VIEW] = 7, [GUI_STACK] = 2, [GUI_TITLE] = 2,
		[GUI_REFRESH] = 4, [GUI_CONFIRM] = 2, [GUI_BACKGROUND] = 1,
	};

	if (s->locked_out)
		return ERR_GONE;
	if (op >= sizeof needs)
		return ERR_OP;
	if (words < needs[op])
		return ERR_ARG;
	switch (op) {
	case GUI_INFO:
		mr[0] = (uint64_t)np->screen.area.w, mr[1] = (uint64_t)np->screen.area.h;
		mr[2] = STRIP, mr[3] = s->view_max;
		return OK;
	case GUI_BUFFER:
		return buffer(np, s, mr);
	case GUI_VIEW:
		return view(np, s, mr);
	case GUI_STACK:
		return stack(np, s, mr);
	case GUI_TITLE:
		return title(np, s, mr, words);
	case GUI_REFRESH:
		return refresh(np, s, mr);
	case GUI_CONFIRM:
		return confirm(np, s, mr);
	case GUI_BACKGROUND:
		return background(np, s, mr);
	default:
		return ERR_OP;
	}
}
