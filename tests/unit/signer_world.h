// SPDX-License-Identifier: MIT
// A world for the signer's window in tests: clock, visibility, key and user.
#pragma once

#include "apps/secure/mail-signer/ui_draw.h"

// The world outside, and what happened in it.
struct world {
	uint64_t now;
	uint32_t rest;                  // the window has been visible for so long; 0 = it is not
	enum sign_refusal unlock_why, sign_why;
	bool open;                      // the key
	uint64_t drawn[8192];           // when rows were last drawn in a visible window; 0 = never
	bool seen[8192];                // rows since whose drawing it was at rest long enough
	uint32_t asked_rest;            // what the last question demanded and got
	unsigned unlocks, signs, locks;
};

extern struct world world;
extern struct message message;
extern struct display display;
extern struct ui ui;

// cmocka set-up: a fresh window, visible for a second.
int setup(void **state);

// A message of four header fields and so many lines.
void submit(unsigned lines);

// The window has been drawn; and has been looked at long enough.
void shown(void);
void looked_at(void);

void event(enum input_type type, uint32_t code, int32_t x, int32_t y);
void press(uint32_t code);      // and release a key
void type(const char *s);
void click(struct rect r);

// The mail program takes the message back, and the user has read that it did.
void withdrawn(void);
