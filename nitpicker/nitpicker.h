// SPDX-License-Identifier: MIT
// What nitpicker knows: sessions, their views, the screen, where input goes.
// Everything here is policy and compiles on the host; main.c is the glue.
//
// A session's struct and its views live in the memory that the session donated
// (`private` of struct startup_client): nitpicker spends nothing of its own.
#pragma once

#include <stdint.h>
#include <draw/pointer.h>
#include <session/gui_abi.h>
#include <session/keys.h>
#include <sys/startup.h>
#include "canvas.h"
#include "colour.h"
#include "confirm.h"
#include "rect.h"

enum {
	STRIP = 24,             // height of the reserved strip at the top
	LINES = 64,             // so many change together
	NO_VIEW = 0xffff,
	LAYERS = 2,             // so many alpha views over each other are looked through
	SESSION_WORDS = 8,      // of a message that are looked at
	FRAME_XRAY = 7,         // width of a view's frame, inside of it; else GUI_FRAME
};

// Parts of the stack, from the bottom to the top: a view leaves its own only to become
// a background.
enum band { BAND_BACKGROUND, BAND_BOTTOM, BAND_NORMAL, BAND_TOP };

struct view {
	// stack.c
	struct view    *above, *below;
	struct rect     shown;          // of r, what is below the strip; all zero: nothing
	struct view    *next;           // below it, of those in the slice being looked at,
	struct rect     here;           //   and where it is shown
	// session.c
	bool            used;
	enum band       band;
	struct session *session;
	struct view    *parent;         // of the same session; itself has none
	struct rect     r;              // on the screen, may lie anywhere
	int32_t         bx, by;         // pixel of the buffer at r's corner
	uint64_t        since;          // TSC: last change to it or to a view above it
	char            title[GUI_TITLE_MAX + 1];
	// still.c: when X-ray or kill mode began
	struct still_view {
		struct view *below;     // of those that showed
		struct rect shown;
		int32_t     x, y;       // the buffer's corner on the screen
	} still;
	// xray.c
	struct rect     label;          // in what is visible of it
};

struct session {
	// from the plan
	const struct startup_client *plan;
	enum band       band;
	uint32_t        colour, tint;
	const uint32_t *pixels;
	uint64_t        capacity;       // pixels
	uint32_t        view_max;
	// session.c
	struct session *next;
	bool            locked_out, alpha;
	bool            ended;          // since the mode began
	bool            has_views;      // when it did
	uint32_t        width, height;  // of the buffer
	uint32_t        view_end;       // after the last view that there was
	struct input_end input;
	// xray.c: how much it shows, where most of it, and a label there, over whatever it is,
	// if no view has one; legend.c: its place in the legend
	int32_t         covers;
	struct rect     part, label, entry;
	struct view     views[];        // view_max
};

// Input routing, see route.c.
struct route {
	bool            held[KEY_COUNT];
	unsigned        key_count, button_count;        // of the former
	struct rect     corner;         // what positions count from; stays while a button is held
	uint32_t        chord;          // the X-ray key that is down, or 0
	struct session *buttons;        // receiver of buttons while one is held
	struct session *text;           // of text that follows a key
	struct {                        // of the last press that was not nitpicker's
		const struct session *session;
		const struct view *view;        // of a button; NULL: none, or released elsewhere
		bool key;
	} aim;
	struct session *hover;          // got the last motion
};

// See clipboard.c.
struct clipboard {
	struct session *asked;          // by the user's chord, to copy or to paste
	bool            paste;
	uint64_t        until;          // TSC: later is too late
	struct session *source, *target;// of the text, and of the paste that wiped it
	uint32_t        size;
	uint8_t         text[GUI_CLIP_MAX];
};

// Rectangles that wait, the next one last: halves of halves.
struct slices { struct rect r[32]; unsigned count; };

// What is to be painted, see paint.c.
struct work {
	bool            any;                    // to be done
	bool            place_labels;           // again
	bool            look;                   // what is under the pointer may have changed:
	struct session *named;                  //   whose view, in the strip
	int32_t         band;                   // none above has changed
	struct slices   place, paint;           // begun: for labels, for all views
	struct rect     strip;                          // what has changed of it,
	struct rect     changed[GUI_SIZE_MAX / LINES];  //   and of each so many lines of the body
	struct slices   again;                  // for the views of one session
	const struct session *only;
};

// All zero at first but for title and tsc_khz.
struct nitpicker {
	struct canvas   screen;
	struct rect     damage;         // of the screen since main.c last looked
	struct rect     strip, body;    // of the screen
	struct view    *top, *bottom;   // of the stack
	struct view    *chain;          // those that show in the slice being looked at
	struct work     work, ghost;    // ghost, ghosting: see paint.c
	bool            ghosting;
	struct session *sessions;
	struct session *focus;
	uint64_t        focus_since;    // TSC
	uint64_t        tsc_khz;
	uint64_t        now;            // TSC, set by main.c before each event or call
	bool            xray, kill;
	struct {                        // see still.c; on in these modes
		struct view *top;
		struct rect body, legend;       // of the screen: for views, and below them
		bool    on, painted, lost;      // all that stands still is on the screen;
		uint64_t since;                 //   it was, on another screen
	} still;                                // TSC: it has been on, or off, since then
	bool            no_keyboard;    // the driver has said so
	struct session *spot;           // selected in X-ray or kill mode,
	uint64_t        spot_since;     //   TSC
	int32_t         x, y;           // pointer
	struct view    *under;          //   and what was there at the last event,
	uint64_t        under_since;    //   TSC, since when
	struct rect     pointer;        // as drawn, and what is behind it
	uint32_t        behind[POINTER_W * POINTER_H];
	const char     *title;          // of the scenario
	struct route    route;
	struct clipboard clip;
};

// main.c (tests have their own)
void nitpicker_signal(struct session *s, uint64_t bits);        // INPUT_SIGNAL, GUI_SIGNAL_*
void nitpicker_log(const char *what, const struct session *s);  // s may be NULL
void nitpicker_destroy(const struct session *s);        // the client, if the plan allows it

// stack.c
typedef void walk_fn(void *arg, struct view *v, struct rect piece);
// The topmost of v and its children, which lie directly above v.
struct view *stack_group(struct view *v);
// What v, in the stack or not yet, belongs above to be in front of or behind the others
// of its band, as a child those of its parent; NULL: nothing.
struct view *stack_slot(const struct nitpicker *np, const struct view *v, bool back);
// v to t as they are chained, above `below`; NULL = at the bottom.
void stack_insert(struct nitpicker *np, struct view *v, struct view *t, struct view *below);
void stack_remove(struct nitpicker *np, struct view *v, struct view *t);
struct view *stack_at(const struct nitpicker *np, int32_t x, int32_t y); // NULL: none
bool stack_unobscured(const struct view *v);
// What v and the views below it show in r has not been at rest since now.
void stack_disturb(const struct nitpicker *np, struct view *v, struct rect r);
// *r: a part of what waits in s (must not be empty), that costs at most as much as
// `most` opaque pixels and shows few views; these are chained.  False: it took the time
// to find that there are too many; what waits are now two halves.
bool stack_slice(struct nitpicker *np, struct slices *s, int32_t most, struct rect *r);
// Calls fn for each piece of r, within the slice, that is visible of v or those
// chained below it, and with v == NULL where none is.  fn may walk from v->next.
void stack_walk(struct view *v, struct rect r, walk_fn *fn, void *arg);

// paint.c
void nitpicker_screen(struct nitpicker *np, struct canvas screen);      // also another one, later
// To be painted: everything in r, and with new places for labels.
void paint(struct nitpicker *np, struct rect r);
void paint_all(struct nitpicker *np);
// The stack or what is on it has changed in r.
void paint_change(struct nitpicker *np, struct rect r);
// Only the visible parts of s, where `one` or, if NULL, any of its views shows r of the buffer.
void paint_views(struct nitpicker *np, struct session *s, const struct view *one,
                 struct rect r);
// Does a slice of it; false when nothing is left to do.
bool paint_step(struct nitpicker *np);
// The buffer's corner is at x, y.
void paint_content(struct canvas *c, const struct session *s, int32_t x, int32_t y,
                   struct rect piece, row_fn *row);

// pointer.c
void pointer_draw(struct canvas *c, struct rect where);
struct canvas pointer_behind(struct nitpicker *np, struct rect r);      // r: part of the pointer
void pointer_move(struct nitpicker *np);        // to np->x, np->y; draws it there

// strip.c
void strip_look(struct nitpicker *np, struct work *w);  // again, what is under the pointer
void strip_draw(const struct nitpicker *np, struct canvas *c, struct rect clip);

static inline struct text
session_label(const struct session *s)
{
	return (struct text){ s->plan->label, COLOUR_BLACK, s->colour };
}

// still.c
void still_begin(struct nitpicker *np);
void still_end(struct nitpicker *np);
void still_screen(struct nitpicker *np);        // another one
bool still_live(const struct nitpicker *np, const struct session *s);  // its pixels are shown
static inline bool
still_shown(const struct nitpicker *np)
{
	return np->still.on && !np->ghosting;
}
static inline struct view *
shown_top(const struct nitpicker *np)
{
	return still_shown(np) ? np->still.top : np->top;
}
static inline struct view *
shown_next(const struct nitpicker *np, const struct view *v)
{
	return still_shown(np) ? v->still.below : v->below;
}
static inline const struct rect *
shown_at(const struct nitpicker *np, const struct view *v)
{
	return still_shown(np) ? &v->still.shown : &v->shown;
}

static inline struct rect
shown_body(const struct nitpicker *np)
{
	return still_shown(np) ? np->still.body : np->body;
}

// legend.c: in X-ray and kill mode, at the bottom of the screen
void legend_place(struct nitpicker *np);        // makes np->still.legend and .body
void legend_draw(const struct nitpicker *np, struct canvas *c, struct rect clip);
struct session *legend_at(const struct nitpicker *np, int32_t x, int32_t y);    // NULL: none

// xray.c
enum { LABEL_H = GLYPH_H + 4, LABEL_INDENT = 6 };
static inline bool
xray_shown(const struct nitpicker *np)
{
	return (np->xray || np->kill) && !np->ghosting;
}
static inline bool
paint_is_glass(const struct nitpicker *np, const struct view *v)
{
	return v->session->alpha && !xray_shown(np);
}
void xray_view(const struct nitpicker *np, struct canvas *c, const struct view *v,
               struct rect piece);
// What of r has a label that is drawn over views, from s on, and of whom; NULL: nothing.
struct session *xray_labelled(struct session *s, struct rect r);
void xray_label(struct canvas *c, const struct session *s, struct rect clip);
void xray_place_labels(struct nitpicker *np);   // a slice of it

// route.c
void route_event(struct nitpicker *np, const struct input_event *ev);
void route_forget(struct nitpicker *np, struct session *s);
void route_focus(struct nitpicker *np, struct session *s);

// session.c
enum err session_init(struct nitpicker *np, struct session *s, const struct startup_client *plan);
void session_lock_out(struct nitpicker *np, struct session *s);
// The operations of enum gui_op: the words as they were sent; mr: what is looked at of
// them, then the answer.  A failed one changes nothing.
enum err session_call(struct nitpicker *np, struct session *s, uint32_t op, unsigned words,
                      const uint64_t *sent, uint64_t mr[SESSION_WORDS]);

// clipboard.c
void clipboard_chord(struct nitpicker *np, bool paste);         // the user's
enum err clipboard_copy(struct nitpicker *np, struct session *s, uint64_t *mr);
enum err clipboard_paste(struct nitpicker *np, struct session *s, uint64_t *mr);
