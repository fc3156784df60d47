// SPDX-License-Identifier: MIT
// Where input goes.  Every event has at most one receiver.  The user moves the
// focus by a mouse press with nothing held, nothing else does.  While anything
// is held the receiver stays; a release goes where its press went.  The
// attention keys belong to nitpicker, whatever is held; so do some keys while
// the X-ray key is down, and all in kill mode.
#include "nitpicker.h"

enum {
	CHORD_MS = 3000,        // then the X-ray key counts as released
	REST_MS = 300,          // time to see what one clicks at
};

static bool
is_xray_key(uint32_t code)
{
	return code == KEY_F12 || code == KEY_SCROLLLOCK;
}

static bool
is_kill_key(uint32_t code)
{
	return code == KEY_F11 || code == KEY_SYSRQ;
}

// A full ring drops the event and counts it; nothing here depends on its arrival.
static void
put(struct session *s, struct input_event ev)
{
	if (s != NULL && !s->locked_out && input_put(&s->input, ev))
		nitpicker_signal(s, INPUT_SIGNAL);
}

// Only events of the pointer say where it is: from the corner of the session's view 0,
// where that was when a held button was pressed.
static void
send(struct nitpicker *np, struct session *s, uint16_t type, uint32_t code)
{
	const struct view *v = np->under;
	bool button = type <= INPUT_RELEASE && code >= BTN_LEFT;
	struct input_event ev = { type, NO_VIEW, code, 0, 0 };

	if (s != NULL && (button || type == INPUT_MOTION)) {
		if (np->route.button_count == 0)
			np->route.corner = s->views[0].used ? s->views[0].r : np->screen.area;
		ev.x = np->x - np->route.corner.x, ev.y = np->y - np->route.corner.y;
		if (v != NULL && v->session == s)
			ev.view = (uint16_t)(v - s->views);
	}
	put(s, ev);
}

// Who may see the pointer move.
static struct session *
watcher(const struct nitpicker *np)
{
	const struct view *v = np->under;

	if (np->route.held_count > 0)
		return np->route.receiver;
	if (np->kill || v == NULL)
		return NULL;
	return v->session == np->focus || v->session->plan->flags & STARTUP_CLIENT_HOVER ?
		v->session : NULL;
}

static void
hover(struct nitpicker *np, struct session *s)
{
	if (np->route.hover != s)
		send(np, np->route.hover, INPUT_LEAVE, 0);
	np->route.hover = s;
}

void
route_focus(struct nitpicker *np, struct session *s)
{
	if (s == np->focus)
		return;
	send(np, np->focus, INPUT_FOCUS, 0);
	send(np, s, INPUT_FOCUS, 1);
	np->focus = s;
	np->focus_since = np->now;
	nitpicker_log(s != NULL ? "focus" : "focus nobody", s);
	if (xray_shown(np))
		paint_all(np);
	else
		paint(np, np->strip);
}

void
route_forget(struct nitpicker *np, struct session *s)
{
	struct route *r = &np->route;

	if (r->receiver == s)
		r->receiver = NULL;     // what is held now goes nowhere
	if (r->text == s)
		r->text = NULL;
	if (r->hover == s)
		r->hover = NULL;
	if (np->spot == s)
		np->spot = NULL;
	if (np->under != NULL && np->under->session == s)
		np->under = NULL;
	if (np->focus == s)
		route_focus(np, NULL);
}

static void
release(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	if (is_xray_key(code))
		r->chord_until = 0;
	if (code >= KEY_COUNT || !r->held[code])
		return;         // pressed before a reset, or never
	r->held[code] = false;
	send(np, r->receiver, INPUT_RELEASE, code);
	r->button_count -= code >= BTN_LEFT;
	if (--r->held_count == 0) {
		r->receiver = NULL;
		hover(np, watcher(np));
	}
}

static void
release_all(struct nitpicker *np)
{
	for (uint32_t code = 0; code < KEY_COUNT; code++)
		release(np, code);
}

static void
select_session(struct nitpicker *np, struct session *s)
{
	np->spot = s;
	paint_all(np);
}

// Kill mode begins and ends with nothing held, as far as clients can see.  It
// is also what the user can do about a key whose release was lost.
static void
attention(struct nitpicker *np, uint32_t code)
{
	if (is_kill_key(code)) {
		release_all(np);
		hover(np, NULL);
		np->kill = !np->kill;
		nitpicker_log(np->kill ? "kill mode on" : "kill mode off", NULL);
	} else {
		np->route.chord_until = np->now + CHORD_MS * np->tsc_khz;
		np->xray = !np->xray;
		nitpicker_log(np->xray ? "x-ray on" : "x-ray off", NULL);
	}
	select_session(np, NULL);
}

static bool
has_view(const struct nitpicker *np, const struct session *s)
{
	const struct view *v = np->top;

	while (v != NULL && v->session != s)
		v = v->below;
	return v != NULL;
}

// The next session with a view, in the plan's order, which no client can change;
// after the last one, none.
static void
select_next(struct nitpicker *np)
{
	struct session *s = np->spot != NULL ? np->spot->next : np->sessions;

	while (s != NULL && !has_view(np, s))
		s = s->next;
	np->xray |= !np->kill;
	select_session(np, s);
}

static void
choose_spot(struct nitpicker *np)
{
	struct session *s = np->spot;

	if (s == NULL || np->route.held_count > 0)
		return;
	select_session(np, NULL);
	if (np->kill)
		session_lock_out(np, s);
	else
		route_focus(np, s);
}

// True if the key is nitpicker's: the attention keys always, others in kill mode and
// with the X-ray key down.
static bool
own_key(struct nitpicker *np, uint32_t code)
{
	bool arrow = code == KEY_UP || code == KEY_DOWN || code == KEY_LEFT || code == KEY_RIGHT;

	if (is_xray_key(code) || is_kill_key(code))
		attention(np, code);
	else if (!np->kill && np->now >= np->route.chord_until)
		return false;
	else if (code == KEY_TAB || arrow)
		select_next(np);
	else if (code == KEY_ENTER || code == KEY_KPENTER)
		choose_spot(np);
	else if (!np->kill && (code == KEY_C || code == KEY_V))
		clipboard_chord(np, code == KEY_V);
	else
		return false;
	return true;
}

// A view that has just come under the pointer may not be what the user aimed at:
// the click only selects its session.
static void
kill_press(struct nitpicker *np, uint32_t code)
{
	const struct view *v = np->under;

	if (code == KEY_ESC)
		attention(np, KEY_F11);
	else if (code == BTN_LEFT && v != NULL && np->now - v->since < REST_MS * np->tsc_khz)
		select_session(np, v->session);
	else if (code == BTN_LEFT && v != NULL)
		session_lock_out(np, v->session);
}

// Nothing is held: who gets this press and all that follows until nothing is?
static struct session *
choose(struct nitpicker *np, uint32_t code)
{
	if (np->kill)
		return NULL;
	if (code < BTN_LEFT)
		return np->focus;
	if (!rect_has(np->body, np->x, np->y))
		return NULL;    // the strip
	route_focus(np, np->under != NULL ? np->under->session : NULL);
	return np->focus;
}

static void
press(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	r->text = NULL;
	if (code >= KEY_COUNT || own_key(np, code))
		return;
	r->chord_until = 0;
	release(np, code);      // its release was lost
	if (r->held_count == 0)
		r->receiver = choose(np, code);
	r->held[code] = true;
	r->held_count++;
	if (np->kill)
		kill_press(np, code);
	if (code < BTN_LEFT)
		r->text = r->receiver;
	send(np, r->receiver, INPUT_PRESS, code);
	r->button_count += code >= BTN_LEFT;
}

static void
repeat(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	r->text = code < BTN_LEFT && r->held[code] ? r->receiver : NULL;
	send(np, r->text, INPUT_REPEAT, code);
}

static int32_t
step(int64_t to, int32_t end)
{
	return to < 0 ? 0 : (int32_t)rect_min(to, end - 1);
}

// Everything but the drawing of the pointer, which main.c does when no further
// event waits.
void
route_event(struct nitpicker *np, const struct input_event *ev)
{
	if (ev->type == INPUT_RELATIVE) {
		np->x = step((int64_t)np->x + ev->x, np->screen.area.w);
		np->y = step((int64_t)np->y + ev->y, np->screen.area.h);
	}
	if (ev->type != INPUT_TEXT && (ev->type != INPUT_PRESS || ev->code >= BTN_LEFT))
		np->under = stack_at(np, np->x, np->y);
	switch (ev->type) {
	case INPUT_PRESS:
		press(np, ev->code);
		break;
	case INPUT_RELEASE:
		release(np, ev->code);
		break;
	case INPUT_REPEAT:
		repeat(np, ev->code);
		break;
	case INPUT_TEXT:
		send(np, np->route.text, INPUT_TEXT, ev->code);
		break;
	case INPUT_RELATIVE:
		hover(np, watcher(np));
		send(np, np->route.hover, INPUT_MOTION, 0);
		break;
	case INPUT_WHEEL:
		put(watcher(np), (struct input_event){ INPUT_WHEEL, NO_VIEW, 0, 0, ev->y });
		break;
	case INPUT_RESET:
		release_all(np);
		break;
	case INPUT_KEYBOARD:
		if (np->no_keyboard != (ev->code == 0))
			paint(np, np->strip);
		np->no_keyboard = ev->code == 0;
		break;
	default:
		break;          // nothing else comes from a driver
	}
}
