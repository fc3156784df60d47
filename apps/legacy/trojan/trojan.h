// SPDX-License-Identifier: MIT
// A hostile client with a window that explains what it does.  The attacks are
// in disguise.c, cover.c, grab.c, clip.c and smash.c; attacks.c lists them, window.c
// shows the list, main.c starts, feeds and stops them.
#pragma once

#include <draw/draw.h>
#include <session/gui.h>
#include <session/keys.h>

enum {
	PANEL_W = 290, PANEL_ROW = 15, PANEL_LIST = 36, PANEL_H = 577,
	CANVAS_W = 1024, CANVAS_H = 768,        // pictures lie where they appear on the screen
	VIEW_PANEL = 0, VIEW_FIRST = 1,         // attacks use the views from VIEW_FIRST on
	// the signer's window, at its first place
	SIGNER_W = 698, SIGNER_H = 632, SIGNER_EDGE = 16,
};

struct attack {
	const char *name, *tries, *see;
	void (*start)(void);
	void (*tick)(void);                             // each `ms`; 0: without a pause
	void (*event)(const struct input_event *ev);
	uint32_t ms;
	void (*signal)(uint64_t bits);                  // GUI_SIGNAL_*
};

enum { ATTACKS = 29 };                          // started by the keys a to z, 1 to 3
extern const struct attack attacks[ATTACKS];

// In shared memory behind the pixels, which outlives a restart.
struct kept { uint32_t faults_left; };

struct trojan {
	const struct startup_use *use;
	struct gui_session gui;
	struct input_end input;
	struct gui_info screen;
	struct canvas canvas, panel;
	struct rect window;
	struct kept *kept;
	const struct attack *on, *shown;        // what runs; what the window explains
	uint32_t step;                          // ticks since its start
	uint32_t keys;                          // pressed while this session got them
	bool     focused;
	bool     glass;                         // the buffer has alpha
	int32_t  x, y;                          // pointer on the screen, as far as it is told
};
extern struct trojan trojan;

// main.c
// View `view` shows the canvas where it lies; on top when it is new.
void show(uint32_t view, struct rect r);
void hide(uint32_t view);
void redraw(struct rect r);                     // the canvas there has changed
void to_front(uint32_t view);
void title(uint32_t view, const char *text);
void report(const char *what, uint64_t n);      // a log line
char attack_key(const struct attack *a);
struct rect signer_at(void);
bool pressed_on(const struct input_event *ev, uint32_t view);  // a button went down there

// window.c
void window_draw(void);
const struct attack *window_at(int32_t x, int32_t y);   // NULL: none

// disguise.c
void words(int32_t x, int32_t y, const struct font *f, const char *text, uint32_t colour);
void box(struct rect r, const char *text);              // something to click, in loud colours

#define ATTACK(name) \
	void name##_start(void); \
	void name##_tick(void); \
	void name##_event(const struct input_event *ev)
ATTACK(imitate);
ATTACK(labels);
ATTACK(screen);
ATTACK(strip);
ATTACK(pointers);
ATTACK(alpha);
ATTACK(bare);
ATTACK(text);
ATTACK(overlay);
ATTACK(dots);
ATTACK(decoy);
ATTACK(early);
ATTACK(flicker);
ATTACK(chase);
ATTACK(dodge);
ATTACK(popup);
ATTACK(keylog);
ATTACK(focus);
ATTACK(hold);
ATTACK(deaf);
ATTACK(vanish);
ATTACK(flood);
ATTACK(memory);
ATTACK(reopen);
ATTACK(pixels);
ATTACK(caps);
ATTACK(glass);
ATTACK(clip);
ATTACK(late);
void clip_signal(uint64_t bits);
void late_signal(uint64_t bits);
void reopen_again(void);        // at the start of the program
