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
	if (plan->private_size < sizeof *s + sizeof(struct view) || plan->shared_size < GUI_PIXELS)
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

// What v and its children up to t show now, or showed until now, changes.
static void
disturb_group(struct nitpicker *np, const struct view *v, struct view *t)
{
	struct rect all = { 0, 0, 0, 0 };

	for (const struct view *g = t; g != v->below; g = g->below)
		all = rect_or(all, g->r);
	stack_disturb(np, t, all);
	paint_change(np, all);
}

static void
remove_group(struct nitpicker *np, struct view *v)
{
	struct view *t = stack_group(v);

	disturb_group(np, v, t);
	stack_remove(np, v, t);
	for (; t != v->below; t = t->below)
		t->used = false;
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
	stack_disturb(np, np->top, all);
	paint_change(np, all);
	route_forget(np, s);
	s->ended = true;
	if (np->still.on)
		paint(np, np->body);
}

void
session_lock_out(struct nitpicker *np, struct session *s)
{
	s->locked_out = true;
	clear(np, s);
	nitpicker_log("locked out", s);
	if (s->plan->destroy != 0)
		nitpicker_destroy(s);
	paint(np, np->screen.area);     // labels stay where they are
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
	paint_views(np, s, NULL, everywhere);
	return OK;
}

// v with its children to r.
static void
place(struct nitpicker *np, struct view *v, struct rect r)
{
	struct view *t = stack_group(v);
	int32_t x = r.x - v->r.x, y = r.y - v->r.y;

	disturb_group(np, v, t);
	v->r.w = r.w, v->r.h = r.h;
	for (struct view *g = t; g != v->below; g = g->below) {
		g->r.x += x, g->r.y += y;
		g->shown = rect_and(g->r, np->body);
	}
	disturb_group(np, v, t);
}

// An empty view in front of its siblings or of its band.
static void
create(struct nitpicker *np, struct session *s, struct view *v, struct view *parent)
{
	struct still_view still = v->still;
	struct rect label = v->label;

	memset(v, 0, sizeof *v);
	v->still = still, v->label = label;     // perhaps it stands still on the screen
	v->used = true;
	v->session = s;
	if (s->view_end <= v - s->views)
		s->view_end = (uint32_t)(v - s->views) + 1;
	v->parent = parent;
	v->band = parent != NULL ? parent->band : s->band;
	v->since = np->now;
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
	if (v->parent != NULL)
		r.x += v->parent->r.x, r.y += v->parent->r.y;
	bool turned = bx != v->bx || by != v->by;
	v->bx = bx, v->by = by;
	if (!rect_equal(r, v->r)) {
		place(np, v, r);
	} else if (turned) {
		v->since = np->now;
		paint_views(np, s, v, everywhere);
	}
	return OK;
}

static enum err
refresh(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct rect all = { 0, 0, (int32_t)s->width, (int32_t)s->height };

	paint_views(np, s, NULL, rect_and(rect_of(mr), all));
	return OK;
}

// v with its children in front of or behind the others of its band.
static enum err
stack(struct nitpicker *np, struct view *v, const uint64_t *mr)
{
	struct view *t = stack_group(v);

	if (mr[1] == GUI_BACKGROUND) {
		if (!(v->session->plan->flags & STARTUP_CLIENT_BACKGROUND))
			return ERR_REFUSED;
		if (v->parent != NULL || t != v)
			return ERR_ARG;
		v->band = BAND_BACKGROUND;
	}
	struct view *below = stack_slot(np, v, mr[1] != GUI_FRONT);

	if (below == t || below == v->below)
		return OK;      // there it is
	disturb_group(np, v, t);
	stack_remove(np, v, t);
	stack_insert(np, v, t, below);
	disturb_group(np, v, t);
	return OK;
}

static enum err
title(struct nitpicker *np, struct view *v, const uint64_t *mr)
{
	(void)np;
	memcpy(v->title, &mr[2], mr[1]);        // drawn with '?' for what is not ASCII
	v->title[mr[1]] = '\0';
	return OK;
}

static uint32_t
fact(enum confirm_fact n, bool true_now)
{
	return (uint32_t)true_now << n;
}

static enum err
confirm(struct nitpicker *np, struct view *v, const uint64_t *mr)
{
	const struct session *s = v->session;
	const struct route *r = &np->route;
	uint64_t ms = mr[1] > CONFIRM_LEAST_MS ? mr[1] : CONFIRM_LEAST_MS;
	uint64_t ticks = ms * np->tsc_khz;
	bool whole = !rect_empty(v->r) && rect_equal(v->shown, v->r);
	bool rests = np->now - v->since >= ticks && np->now - np->still.since >= ticks;
	bool clicked = r->aim.view == v && r->button_count == 0;
	uint32_t facts =
		fact(CONFIRM_TRUSTED, s->plan->flags & STARTUP_CLIENT_TRUSTED) |
		fact(CONFIRM_FOCUSED, np->focus == s) |
		fact(CONFIRM_AIMED, r->aim.session == s && (r->aim.key || clicked)) |
		fact(CONFIRM_RESTED, rests) |
		fact(CONFIRM_FOCUS_RESTED, np->now - np->focus_since >= ticks) |
		fact(CONFIRM_POINTER_RESTED, r->aim.key || np->now - np->under_since >= ticks) |
		fact(CONFIRM_XRAY, np->xray) | fact(CONFIRM_KILL, np->kill) |
		fact(CONFIRM_PICKED, np->spot != NULL) | fact(CONFIRM_CHORD, r->chord != 0) |
		fact(CONFIRM_GLASS, s->alpha) | fact(CONFIRM_OUTSIDE, !whole) |
		fact(CONFIRM_COVERED, !stack_unobscured(v)) |
		fact(CONFIRM_HELD, r->key_count + r->button_count > 1);

	return confirm_holds(facts) ? OK : ERR_REFUSED;
}

enum { SIZE = GUI_SIZE_MAX, POSITION = -GUI_POSITION_MAX, PIXELS = -INT32_MAX };

static const struct op {
	enum err (*serve)(struct nitpicker *np, struct session *s, uint64_t *mr);
	enum err (*serve_view)(struct nitpicker *np, struct view *v, const uint64_t *mr);
	uint8_t least, most;            // words
	int32_t limit[SESSION_WORDS];   // n: the word is 0 to n; -n: -n to n; 0: anything
} ops[] = {
	[SESSION_RESET] = { reset, NULL, 0, 0, { 0 } },
	[GUI_INFO] = { info, NULL, 0, 0, { 0 } },
	[GUI_BUFFER] = { buffer, NULL, 2, 3, { SIZE, SIZE, 1 } },
	[GUI_VIEW] = { view, NULL, 7, 8, { NO_VIEW, POSITION, POSITION, SIZE, SIZE,
	                                   POSITION, POSITION, NO_VIEW } },
	[GUI_STACK] = { NULL, stack, 2, 2, { NO_VIEW, GUI_BACKGROUND } },
	[GUI_TITLE] = { NULL, title, 2, 8, { NO_VIEW, GUI_TITLE_MAX } },
	[GUI_REFRESH] = { refresh, NULL, 4, 4, { PIXELS, PIXELS, PIXELS, PIXELS } },
	[GUI_CONFIRM] = { NULL, confirm, 2, 2, { NO_VIEW, 60000 } },
	[GUI_COPY] = { clipboard_copy, NULL, 1, 1, { GUI_CLIP_MAX } },
	[GUI_PASTE] = { clipboard_paste, NULL, 0, 0, { 0 } },
};

enum err
session_call(struct nitpicker *np, struct session *s, uint32_t op, unsigned words,
             const uint64_t *sent, uint64_t mr[SESSION_WORDS])
{
	if (s->locked_out)
		return ERR_GONE;
	if (op >= sizeof ops / sizeof ops[0])
		return ERR_OP;
	const struct op *o = &ops[op];

	if (words < o->least)
		return ERR_ARG;
	for (unsigned i = 0; i < o->most; i++) {
		int64_t most = o->limit[i], word = i < words ? (int64_t)sent[i] : 0;

		if (most > 0 ? word < 0 || word > most : most < 0 && (word < most || word > -most))
			return ERR_ARG;
		mr[i] = (uint64_t)word;
	}
	if (o->serve != NULL)
		return o->serve(np, s, mr);
	struct view *v = find(s, mr[0]);

	return v != NULL ? o->serve_view(np, v, mr) : ERR_ARG;
}
