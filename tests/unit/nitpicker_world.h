// SPDX-License-Identifier: MIT
// A nitpicker on the host: a small screen in memory, some sessions with random
// pixels, and what would be system calls recorded.
#pragma once

#include "nitpicker/nitpicker.h"

enum { SESSIONS = 4, VIEWS = 10, BUFFER_W = 96, BUFFER_H = 64, SCREEN_W = 160, SCREEN_H = 120 };
enum { KHZ = 1000 };

struct world {
	struct nitpicker np;
	uint32_t *screen;               // SCREEN_W * SCREEN_H or as given
	struct session *session[SESSIONS];
	struct startup_client plan[SESSIONS];
	struct input_end client[SESSIONS];      // the clients' side of the rings
	uint32_t *pixels[SESSIONS];
	unsigned wakes[SESSIONS];               // INPUT_SIGNAL, so often
	uint64_t signals[SESSIONS];             // GUI_SIGNAL_* so far
	char log[128];                  // the last line
	void (*between)(void);          // called between two slices of painting
};

extern struct world *world;

void world_open(int32_t width, int32_t height, unsigned views, uint32_t pixels);
void world_close(void);
// As in most tests: three sessions, each with a view of 40 x 40 at y 40, x 0, 50, 100.
void world_open_row(uint64_t seed);
int world_teardown(void **unused);       // for cmocka: world_close

void world_settle(void);        // all is painted

// Operations as clients do them.
enum err world_call(unsigned s, uint32_t op, unsigned words, const uint64_t *mr);
enum err world_buffer(unsigned s, uint32_t w, uint32_t h);
enum err world_view(unsigned s, uint32_t view, struct rect r, int32_t bx, int32_t by);
// The same with mr7; parent -1: none.
enum err world_child(unsigned s, uint32_t view, int parent, struct rect r, int32_t bx, int32_t by);
enum err world_stack(unsigned s, uint32_t view, uint64_t back);
enum err world_title(unsigned s, uint32_t view, const char *text);
enum err world_refresh(unsigned s, struct rect r);
enum err world_confirm(unsigned s, uint32_t view, uint64_t ms);

bool world_shows_text(const char *text, int32_t x, int32_t y, uint32_t fg, uint32_t bg);

// Input as the user does it.
void world_event(uint16_t type, uint32_t code, int32_t x, int32_t y);
void world_point(int32_t x, int32_t y);         // the pointer there, drawn
void world_click(uint32_t button);

// How many times as many random steps as usual: ROUNDS in the environment, or 1.
unsigned world_rounds(void);
uint32_t world_random(uint32_t below);
void world_seed(uint64_t seed);
