// SPDX-License-Identifier: MIT
// What a client can ask for: buffer, views, stacking, titles, refresh,
// confirmation.  Each operation checks all its words first, then acts.
#include <string.h>
#include <session/reset.h>
#include "nitpicker.h"

// x y w h
static struct rect
rect_of(const uint64_t *mr)
{
	return (struct rect){ (int32_t)mr[0], (int32_t)mr[1], (int32_t)mr[2], (int32_t)mr[3] };
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
	s->band = plan->flags & STARTUP_CLIENT_TOP ? BAND_TOP :
		plan->flags & STARTUP_CLIENT_BOTTOM ? BAND_BOTTOM : BAND_NORMAL;
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

// What v and its children up to t show now, or showed until now, changes.
static void
disturb_group(struct nitpicker *np, struct view *v, struct view *t)
{
	struct rect all = v->r;

	for (const struct view *g = t; g != v; g = g->below)
		all = rect_or(all, g->r);
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
	if (mr[0] * mr[1] > s->capacity)
		return ERR_ARG;
	s->width = (uint32_t)mr[0], s->height = (uint32_t)mr[1];
	s->alpha = mr[2];
	paint_views(np, s, 0, s->view_end, everywhere);
	return OK;
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
	v->band = (uint8_t)(parent != NULL ? parent->band : s->band);
	v->since = np->now;
	s->view_end = end > s->view_end ? end : s->view_end;
	s->shown++;
	stack_insert(np, v, v, stack_slot(np, v, false));
}

static enum err
view(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct rect r = rect_of(&mr[1]);
	int32_t bx = (int32_t)mr[5], by = (int32_t)mr[6];

	if (mr[0] >= s->view_max)
		return ERR_ARG;
	struct view *v = &s->views[mr[0]], *parent = mr[7] != 0 ? find(s, mr[7] - 1) : NULL;

	if (r.w == 0 && r.h == 0) {
		if (v->used)
			remove_group(np, v);
		return OK;
	}
	if (!v->used) {
		if (mr[7] != 0 && (parent == NULL || parent->parent != NULL ||
		                   parent->band == BAND_BACKGROUND))
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

// In front of or behind the others of its band, with its children.
static void
restack(struct nitpicker *np, struct view *v, bool back)
{
	struct view *t = stack_group(v), *below = stack_slot(np, v, back);

	if (below == t || below == v->below)
		return;         // there it is
	disturb_group(np, v, t);
	stack_remove(np, v, t);
	stack_insert(np, v, t, below);
	disturb_group(np, v, t);
}

static enum err
stack(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL)
		return ERR_ARG;
	restack(np, v, mr[1]);
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
	v->band = BAND_BACKGROUND;
	restack(np, v, true);
	return OK;
}

static enum err
title(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct view *v = find(s, mr[0]);

	if (v == NULL)
		return ERR_ARG;
	memcpy(v->title, &mr[2], mr[1]);        // drawn with '?' for what is not ASCII
	v->title[mr[1]] = '\0';
	if (xray_shown(np))
		changed(np, v->label);
	return OK;
}

static enum err
refresh(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct rect all = { 0, 0, (int32_t)s->width, (int32_t)s->height };

	paint_views(np, s, 0, s->view_end, rect_and(rect_of(mr), all));
	return OK;
}

static enum err
confirm(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	const struct view *v = find(s, mr[0]);

	if (v == NULL)
		return ERR_ARG;
	uint64_t ticks = mr[1] * np->tsc_khz;
	bool rests = np->now - v->since >= ticks && np->now - np->focus_since >= ticks;
	bool whole = !rect_empty(v->r) && rect_equal(v->shown, v->r);

	return np->focus == s && !np->kill && !s->alpha && rests && whole && stack_unobscured(v) ?
		OK : ERR_REFUSED;
}

enum { SIZE = GUI_SIZE_MAX, POSITION = -GUI_POSITION_MAX, PIXELS = -INT32_MAX };

static const struct op {
	enum err (*serve)(struct nitpicker *np, struct session *s, uint64_t *mr);
	uint8_t least, most;            // words
	int32_t limit[SESSION_WORDS];   // n: the word is 0 to n; -n: -n to n; 0: anything
} ops[] = {
	[SESSION_RESET] = { reset, 0, 0, { 0 } },
	[GUI_INFO] = { info, 0, 0, { 0 } },
	[GUI_BUFFER] = { buffer, 2, 3, { SIZE, SIZE, 1 } },
	[GUI_VIEW] = { view, 7, 8, { NO_VIEW, POSITION, POSITION, SIZE, SIZE,
	                             POSITION, POSITION, NO_VIEW } },
	[GUI_STACK] = { stack, 2, 2, { NO_VIEW, 1 } },
	[GUI_TITLE] = { title, 2, 8, { NO_VIEW, GUI_TITLE_MAX } },
	[GUI_REFRESH] = { refresh, 4, 4, { PIXELS, PIXELS, PIXELS, PIXELS } },
	[GUI_CONFIRM] = { confirm, 2, 2, { NO_VIEW, 60000 } },
	[GUI_BACKGROUND] = { background, 1, 1, { NO_VIEW } },
	[GUI_COPY] = { clipboard_copy, 1, 1, { GUI_CLIP_MAX } },
	[GUI_PASTE] = { clipboard_paste, 0, 0, { 0 } },
};

enum err
session_call(struct nitpicker *np, struct session *s, uint32_t op, unsigned words,
             uint64_t mr[SESSION_WORDS])
{
	if (s->locked_out)
		return ERR_GONE;
	if (op >= sizeof ops / sizeof ops[0] || ops[op].serve == NULL)
		return ERR_OP;
	const struct op *o = &ops[op];

	if (words < o->least)
		return ERR_ARG;
	for (unsigned i = 0; i < o->most; i++) {
		int64_t most = o->limit[i], word;

		if (i >= words)
			mr[i] = 0;      // what is there is left over from another message
		word = (int64_t)mr[i];
		if (most > 0 ? word < 0 || word > most : most < 0 && (word < most || word > -most))
			return ERR_ARG;
	}
	return o->serve(np, s, mr);
}
