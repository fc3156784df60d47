// SPDX-License-Identifier: MIT
// What a client can ask for: buffer, views, stacking, titles, refresh,
// confirmation.  Each operation checks all its words first, then acts.
#include <string.h>
#include <session/reset.h>
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

// Beyond any view, in coordinates of any buffer.
static const struct rect everywhere = { -(1 << 28), -(1 << 28), 1 << 29, 1 << 29 };

static struct view *
find(struct session *s, uint64_t index)
{
	return index < s->view_max && s->views[index].used ? &s->views[index] : NULL;
}

enum err
session_init(struct nitpicker *np, struct session *s, const struct startup_client *plan)
{
	if (plan->private_size < sizeof *s || plan->shared_size < GUI_PIXELS)
		return ERR_ARG;
	uint64_t views = (plan->private_size - sizeof *s) / sizeof(struct view);

	memset(s, 0, sizeof *s);
	s->plan = plan;
	s->colour = colour_label(plan->colour);
	s->tint = colour_tint(plan->colour);
	s->label_len = (int32_t)strlen(plan->label);
	s->tcb_len = (int32_t)strlen(plan->tcb);
	s->pixels = gui_pixels(plan->shared);
	s->capacity = (plan->shared_size - GUI_PIXELS) / sizeof(uint32_t);
	s->view_max = views < NO_VIEW ? (uint32_t)views : NO_VIEW;
	s->input = gui_input(plan->shared);
	s->next = np->sessions;
	np->sessions = s;
	return OK;
}

// The stack or what is on it has changed in r.
static void
changed(struct nitpicker *np, struct rect r)
{
	np->work.place_labels |= xray_shown(np);
	paint(np, rect_and(r, np->body));
}

// Around v and its children, t being the topmost.
static struct rect
group_rect(const struct view *v, const struct view *t)
{
	struct rect all = v->r;

	for (; t != v; t = t->below)
		all = rect_or(all, t->r);
	return all;
}

// What the group shows now, or showed until now, changes.
static void
disturb_group(struct nitpicker *np, struct view *v, struct view *t)
{
	struct rect all = group_rect(v, t);

	stack_disturb(np, t, all);
	changed(np, all);
}

static void
remove_group(struct nitpicker *np, struct view *v)
{
	struct view *t = stack_group(v);

	disturb_group(np, v, t);
	stack_remove(np, v, t);
	for (; t != v->below; t = t->below) {
		t->used = false;
		t->session->shown--;
	}
}

// No views, no focus, nothing held.
static void
clear(struct nitpicker *np, struct session *s)
{
	struct rect all = { 0, 0, 0, 0 };

	for (struct view *v = np->top; v != NULL; v = v->below) {
		if (v->session != s)
			continue;
		all = rect_or(all, v->shown);
		stack_remove(np, v, v);
		v->used = false;
	}
	s->shown = 0;
	stack_disturb(np, np->top, all);
	changed(np, all);
	route_forget(np, s);
}

void
session_lock_out(struct nitpicker *np, struct session *s)
{
	s->locked_out = true;
	clear(np, s);
	nitpicker_log("locked out", s);
	if (s->plan->destroy != 0)
		nitpicker_destroy(s);
	paint_all(np);
}

// As session_init made it, for another client.
static enum err
reset(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	(void)mr;
	clear(np, s);
	s->width = s->height = s->view_end = 0;
	s->alpha = false;
	s->input = gui_input(s->plan->shared);
	memset(s->input.ring, 0, sizeof *s->input.ring);        // should it go on all the same
	if (np->clip.asked == s)
		np->clip.asked = NULL;
	return OK;
}

static enum err
info(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	mr[0] = (uint64_t)np->screen.area.w, mr[1] = (uint64_t)np->screen.area.h;
	mr[2] = STRIP, mr[3] = s->view_max;
	return OK;
}

static enum err
buffer(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	if (mr[0] > GUI_SIZE_MAX || mr[1] > GUI_SIZE_MAX || mr[0] * mr[1] > s->capacity ||
	    mr[2] > 1)
		return ERR_ARG;
	s->width = (uint32_t)mr[0], s->height = (uint32_t)mr[1];
	s->alpha = mr[2];
	paint_views(np, s, 0, s->view_end, everywhere);
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

// v with its children to x, y of its parent or the screen, and its new size.  False
// if it is there already.
static bool
place(struct nitpicker *np, struct view *v, struct rect r)
{
	struct view *t = stack_group(v);

	if (v->parent != NULL)
		r.x += v->parent->r.x, r.y += v->parent->r.y;
	if (rect_equal(r, v->r))
		return false;
	disturb_group(np, v, t);
	for (struct view *g = t; g != v; g = g->below) {
		g->r.x += r.x - v->r.x, g->r.y += r.y - v->r.y;
		g->shown = rect_and(g->r, np->body);
	}
	v->r = r;
	v->shown = rect_and(r, np->body);
	disturb_group(np, v, t);
	return true;
}

// An empty view on top of its parent's group, or of all.
static void
create(struct nitpicker *np, struct session *s, struct view *v, struct view *parent)
{
	uint32_t end = (uint32_t)(v - s->views) + 1;

	memset(v, 0, sizeof *v);
	v->used = true;
	v->session = s;
	v->parent = parent;
	v->since = np->now;
	s->view_end = end > s->view_end ? end : s->view_end;
	s->shown++;
	stack_insert(np, v, v, parent != NULL ? stack_group(parent) : np->top);
}

static enum err
view(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct rect r;
	int32_t bx, by;

	if (mr[0] >= s->view_max || !number(mr[1], GUI_POSITION_MAX, &r.x) ||
	    !number(mr[2], GUI_POSITION_MAX, &r.y) || !size(mr[3], &r.w) || !size(mr[4], &r.h) ||
	    !number(mr[5], GUI_POSITION_MAX, &bx) || !number(mr[6], GUI_POSITION_MAX, &by))
		return ERR_ARG;
	struct view *v = &s->views[mr[0]], *parent = mr[7] != 0 ? find(s, mr[7] - 1) : NULL;

	if (r.w == 0 && r.h == 0) {
		if (v->used)
			remove_group(np, v);
		return OK;
	}
	if (!v->used) {
		if (mr[7] != 0 && (parent == NULL || parent->parent != NULL || parent->background))
			return ERR_ARG;
		create(np, s, v, parent);
	}
	bool turned = bx != v->bx || by != v->by;
	v->bx = bx, v->by = by;
	if (!place(np, v, r) && turned) {
		v->since = np->now;
		paint_views(np, s, (uint32_t)mr[0], (uint32_t)mr[0] + 1, everywhere);
	}
	return OK;
}

static enum err
stack(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > 1)
		return ERR_ARG;
	struct view *t = stack_group(v), *parent = v->parent;

	if (v->background || (mr[1] == 0 && t == np->top))
		return OK;
	disturb_group(np, v, t);
	stack_remove(np, v, t);
	if (mr[1] == 0)
		stack_insert(np, v, t, parent != NULL ? stack_group(parent) : np->top);
	else
		stack_insert(np, v, t, parent != NULL ? parent : above_background(np));
	disturb_group(np, v, t);
	return OK;
}

static enum err
background(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (!(s->plan->flags & STARTUP_CLIENT_BACKGROUND))
		return ERR_REFUSED;
	if (v == NULL || v->parent != NULL || stack_group(v) != v)
		return ERR_ARG;
	disturb_group(np, v, v);
	stack_remove(np, v, v);
	stack_insert(np, v, v, NULL);
	v->background = true;
	return OK;
}

static enum err
title(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > GUI_TITLE_MAX)
		return ERR_ARG;
	v->title_len = (uint8_t)mr[1];
	memcpy(v->title, &mr[2], v->title_len); // drawn with '?' for what is not ASCII
	if (xray_shown(np))
		changed(np, v->label);
	return OK;
}

static enum err
refresh(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct rect r;

	if (!number(mr[0], INT32_MAX, &r.x) || !number(mr[1], INT32_MAX, &r.y) ||
	    !number(mr[2], INT32_MAX, &r.w) || !number(mr[3], INT32_MAX, &r.h))
		return ERR_ARG;
	r = rect_and(r, (struct rect){ 0, 0, (int32_t)s->width, (int32_t)s->height });
	if (!rect_empty(r))
		paint_views(np, s, 0, s->view_end, r);
	return OK;
}

static enum err
confirm(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	const struct view *v = find(s, mr[0]);

	if (v == NULL || mr[1] > 60000)
		return ERR_ARG;
	uint64_t ticks = mr[1] * np->tsc_khz;
	bool rests = np->now - v->since >= ticks && np->now - np->focus_since >= ticks;
	bool whole = !rect_empty(v->r) && rect_equal(v->shown, v->r);

	return np->focus == s && !np->kill && !s->alpha && rests && whole && stack_unobscured(v) ?
		OK : ERR_REFUSED;
}

enum err
session_call(struct nitpicker *np, struct session *s, uint32_t op, unsigned words,
             uint64_t mr[SESSION_WORDS])
{
	static const struct {
		enum err (*serve)(struct nitpicker *np, struct session *s, uint64_t *mr);
		unsigned words;
	} ops[] = {
		[SESSION_RESET] = { reset, 0 }, [GUI_INFO] = { info, 0 },
		[GUI_BUFFER] = { buffer, 2 },
		[GUI_VIEW] = { view, 7 }, [GUI_STACK] = { stack, 2 },
		[GUI_TITLE] = { title, 2 }, [GUI_REFRESH] = { refresh, 4 },
		[GUI_CONFIRM] = { confirm, 2 }, [GUI_BACKGROUND] = { background, 1 },
		[GUI_COPY] = { clipboard_copy, 1 }, [GUI_PASTE] = { clipboard_paste, 0 },
	};

	if (s->locked_out)
		return ERR_GONE;
	if (op >= sizeof ops / sizeof ops[0] || ops[op].serve == NULL)
		return ERR_OP;
	if (words < ops[op].words)
		return ERR_ARG;
	// what was not sent is left over from somebody else's message
	for (; words < SESSION_WORDS; words++)
		mr[words] = 0;
	return ops[op].serve(np, s, mr);
}
