// SPDX-License-Identifier: MIT
// Where input goes.  Every event has at most one receiver.  Keys go to the focus, which the
// user moves by a mouse press with no button held, and by a chord; nothing else does.  What
// loses the focus is told that its keys are released.  Buttons have a receiver of their
// own: while one is held it stays, and the release goes where the press went.  The attention
// keys belong to nitpicker, whatever is held; so do all keys while the X-ray key is down,
// and in kill mode.
#include "nitpicker.h"

enum { REST_MS = 300 };         // more than between two clicks of a double click

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

	if (np->route.button_count > 0)
		return np->route.buttons;
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

// Of a code that somebody was told of.
static void
release(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	if (code >= KEY_COUNT || !r->held[code])
		return;         // pressed before a reset or another focus, nitpicker's, or never
	r->held[code] = false;
	if (code < BTN_LEFT) {
		r->key_count--;
		send(np, np->focus, INPUT_RELEASE, code);
		return;
	}
	send(np, r->buttons, INPUT_RELEASE, code);
	if (np->under != r->aim.view)
		r->aim.view = NULL;
	if (--r->button_count == 0) {
		r->buttons = NULL;
		hover(np, watcher(np));
	}
}

void
route_focus(struct nitpicker *np, struct session *s)
{
	if (s == np->focus)
		return;
	for (uint32_t code = 0; code < BTN_LEFT; code++)
		release(np, code);
	np->route.text = NULL;
	send(np, np->focus, INPUT_FOCUS, 0);
	send(np, s, INPUT_FOCUS, 1);
	np->focus = s;
	np->focus_since = np->now;
	nitpicker_log(s != NULL ? "focus" : "focus nobody", s);
	paint(np, xray_shown(np) ? np->screen.area : np->strip);
}

void
route_forget(struct nitpicker *np, struct session *s)
{
	struct route *r = &np->route;

	if (r->buttons == s)
		r->buttons = NULL;      // what is held now goes nowhere
	if (r->aim.session == s)
		r->aim.session = NULL;
	if (r->hover == s)
		r->hover = NULL;
	if (np->under != NULL && np->under->session == s)
		np->under = NULL;
	if (np->focus == s)
		route_focus(np, NULL);
}

static void
release_all(struct nitpicker *np)
{
	np->route.chord = 0;
	for (uint32_t code = 0; code < KEY_COUNT; code++)
		release(np, code);
}

static void
select_session(struct nitpicker *np, struct session *s)
{
	np->spot = s;
	np->spot_since = np->now;
	paint(np, np->screen.area);
}

// X-ray or kill mode has begun or ended.
static void
mode_changed(struct nitpicker *np)
{
	bool still = np->still.on;

	np->spot = NULL;
	if (!xray_shown(np))
		still_end(np);
	else if (!still)
		still_begin(np);
	if (np->still.on != still)
		paint_all(np);
	else
		paint(np, np->screen.area);
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
		np->route.chord = code;
		np->xray = !np->xray;
		nitpicker_log(np->xray ? "x-ray on" : "x-ray off", NULL);
	}
	mode_changed(np);
}

static bool
has_view(const struct nitpicker *np, const struct session *s)
{
	const struct view *v = np->still.top;

	while (v != NULL && v->session != s)
		v = v->still.below;
	return v != NULL;
}

// The next session with a view, in the plan's order, which no client can change;
// after the last one, none.
static void
select_next(struct nitpicker *np)
{
	struct session *s = np->spot != NULL ? np->spot->next : np->sessions;

	if (!np->still.on) {
		np->xray = true;
		mode_changed(np);
	}
	while (s != NULL && (s->locked_out || !(np->kill || (has_view(np, s) && !s->ended))))
		s = s->next;
	select_session(np, s);
}

static void
choose_spot(struct nitpicker *np)
{
	struct session *s = np->spot;

	if (s == NULL)
		return;
	select_session(np, NULL);
	if (np->kill)
		session_lock_out(np, s);
	else if (!s->ended)
		route_focus(np, s);
}

// True if the key is nitpicker's: the attention keys always, all in kill mode and with
// the X-ray key down.
static bool
own_key(struct nitpicker *np, uint32_t code)
{
	bool arrow = code == KEY_UP || code == KEY_DOWN || code == KEY_LEFT || code == KEY_RIGHT;

	if (is_xray_key(code) || is_kill_key(code))
		attention(np, code);
	else if (code >= BTN_LEFT || (!np->kill && np->route.chord == 0))
		return false;
	else if (code == KEY_TAB || arrow)
		select_next(np);
	else if (code == KEY_ENTER || code == KEY_KPENTER)
		choose_spot(np);
	else if (np->kill && code == KEY_ESC)
		attention(np, KEY_F11);
	else if (!np->kill && (code == KEY_C || code == KEY_V))
		clipboard_chord(np, code == KEY_V);
	return true;
}

// The first click selects a session, and so asks; another one, not of a double click, answers.
static void
kill_press(struct nitpicker *np, uint32_t code)
{
	struct session *s = np->under != NULL ? np->under->session :
		legend_at(np, np->x, np->y);

	if (code != BTN_LEFT)
		return;
	if (s != np->spot)
		select_session(np, s != NULL && !s->locked_out ? s : NULL);
	else if (np->now - np->spot_since >= REST_MS * np->tsc_khz)
		choose_spot(np);
}

// No button is held: who gets this one and all others until none is?
static struct session *
choose(struct nitpicker *np)
{
	if (np->kill || !rect_has(shown_body(np), np->x, np->y))
		return NULL;    // or the strip, or the legend
	struct session *s = np->under != NULL ? np->under->session : NULL;

	route_focus(np, s != NULL && np->still.on && s->ended ? NULL : s);
	return np->focus;
}

// A click at a view that has not rested begins its rest anew: who clicks without looking
// confirms nothing.
static void
press_button(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;
	struct view *v = np->under;

	if (r->button_count == 0)
		r->buttons = choose(np);
	r->aim.view = v;
	r->aim.session = v != NULL ? v->session : NULL;
	r->aim.key = false;
	if (v != NULL && !np->kill && np->now - v->since < CONFIRM_LEAST_MS * np->tsc_khz)
		v->since = np->now;
	if (np->kill)
		kill_press(np, code);
	send(np, r->buttons, INPUT_PRESS, code);
	r->button_count++;
}

static void
press(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	r->text = NULL;
	if (code >= KEY_COUNT || own_key(np, code))
		return;
	release(np, code);      // its release was lost
	r->held[code] = true;
	if (code >= BTN_LEFT) {
		press_button(np, code);
		return;
	}
	r->key_count++;
	r->text = np->focus;
	r->aim.session = np->focus;
	r->aim.key = true;
	send(np, np->focus, INPUT_PRESS, code);
}

static void
repeat(struct nitpicker *np, uint32_t code)
{
	struct route *r = &np->route;

	r->text = code < BTN_LEFT && r->held[code] ? np->focus : NULL;
	send(np, r->text, INPUT_REPEAT, code);
}

// What was picked out is so while the chord lasts.
static void
end_chord(struct nitpicker *np)
{
	np->route.chord = 0;
	if (np->spot != NULL && !np->kill)
		select_session(np, NULL);
}

static void
look_under(struct nitpicker *np)
{
	struct view *v = stack_at(np, np->x, np->y);

	if (v != np->under)
		np->under_since = np->now;
	np->under = v;
	if (np->work.named != (v != NULL ? v->session : NULL))
		strip_look(np, &np->work);
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
		look_under(np);
	switch (ev->type) {
	case INPUT_PRESS:
		press(np, ev->code);
		break;
	case INPUT_RELEASE:
		if (ev->code == np->route.chord && is_xray_key(ev->code))
			end_chord(np);
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
