// SPDX-License-Identifier: MIT
// See nitpicker_world.h.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <draw/labelfont.h>
#include "nitpicker_world.h"

struct world *world;
static uint64_t state = 1;

void
world_seed(uint64_t seed)
{
	state = seed * 2654435761u + 88172645463325252u;
}

unsigned
world_rounds(void)
{
	const char *rounds = getenv("ROUNDS");

	return rounds != NULL && atoi(rounds) > 0 ? (unsigned)atoi(rounds) : 1;
}

uint32_t
world_random(uint32_t below)
{
	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return (uint32_t)(state >> 11) % below;
}

void
nitpicker_signal(struct session *s, uint64_t bits)
{
	for (unsigned i = 0; i < SESSIONS; i++)
		if (world->session[i] == s && bits == INPUT_SIGNAL)
			world->wakes[i]++;
		else if (world->session[i] == s)
			world->signals[i] |= bits;
}

void
nitpicker_log(const char *what, const struct session *s)
{
	snprintf(world->log, sizeof world->log, "%s%s%s", what, s != NULL ? " " : "",
	         s != NULL ? s->plan->label : "");
}

void
nitpicker_destroy(const struct session *s)
{
	nitpicker_log("destroyed", s);
}

static void
open_session(unsigned i, unsigned views, uint32_t pixels)
{
	static const uint32_t colour[SESSIONS] = { 0x40c057, 0xff922b, 0x0000ff, 0xd01010 };
	static const char *const label[SESSIONS] = { "signer", "mail", "viewer", "desk" };
	struct startup_client *p = &world->plan[i];

	snprintf(p->label, sizeof p->label, "%s", label[i]);
	p->colour = colour[i];
	p->flags = i == 0 ? STARTUP_CLIENT_TRUSTED : i == 2 ? STARTUP_CLIENT_HOVER :
		i == 3 ? STARTUP_CLIENT_BACKGROUND : 0;
	p->private_size = sizeof(struct session) + views * sizeof(struct view);
	p->shared_size = GUI_PIXELS + pixels * 4ull;
	p->private = (uint64_t)(uintptr_t)calloc(1, p->private_size);
	p->shared = (uint64_t)(uintptr_t)calloc(1, p->shared_size);
	world->session[i] = (struct session *)(uintptr_t)p->private;
	world->pixels[i] = gui_pixels(p->shared);
	world->client[i] = gui_input(p->shared);
	for (uint32_t k = 0; k < pixels; k++)
		world->pixels[i][k] = world_random(0x1000000) | 0x80000000;
	enum err e = session_init(&world->np, world->session[i], p);
	assert(e == OK);
}

void
world_open(int32_t width, int32_t height, unsigned views, uint32_t pixels)
{
	world = calloc(1, sizeof *world);
	world->screen = calloc((size_t)(width * height), 4);
	world->np.title = "A scenario";
	world->np.tsc_khz = KHZ;
	for (unsigned i = SESSIONS; i-- > 0;)
		open_session(i, views, pixels);
	nitpicker_screen(&world->np, (struct canvas){ world->screen, (size_t)width,
	                                              { 0, 0, width, height } });
	world_settle();
	memset(world->signals, 0, sizeof world->signals);
}

void
world_close(void)
{
	for (unsigned i = 0; i < SESSIONS; i++) {
		free(world->session[i]);
		free((void *)(uintptr_t)world->plan[i].shared);
	}
	free(world->screen);
	free(world);
}

void
world_settle(void)
{
	if (world->between != NULL)
		world->between();
	while (paint_step(&world->np))
		if (world->between != NULL)
			world->between();
}

enum err
world_call(unsigned s, uint32_t op, unsigned words, const uint64_t *mr)
{
	uint64_t copy[SESSION_WORDS] = { 0 };

	if (words > 0)
		memcpy(copy, mr, words * sizeof *mr);
	enum err e = session_call(&world->np, world->session[s], op, words, copy, copy);
	world_settle();
	return e;
}

enum err
world_buffer(unsigned s, uint32_t w, uint32_t h)
{
	return world_call(s, GUI_BUFFER, 2, (uint64_t[]){ w, h });
}

enum err
world_view(unsigned s, uint32_t view, struct rect r, int32_t bx, int32_t by)
{
	return world_call(s, GUI_VIEW, 7, (uint64_t[]){ view, (uint64_t)r.x, (uint64_t)r.y,
		(uint64_t)r.w, (uint64_t)r.h, (uint64_t)bx, (uint64_t)by });
}

enum err
world_child(unsigned s, uint32_t view, int parent, struct rect r, int32_t bx, int32_t by)
{
	return world_call(s, GUI_VIEW, 8, (uint64_t[]){ view, (uint64_t)r.x, (uint64_t)r.y,
		(uint64_t)r.w, (uint64_t)r.h, (uint64_t)bx, (uint64_t)by, (uint64_t)(parent + 1) });
}

enum err
world_stack(unsigned s, uint32_t view, uint64_t back)
{
	return world_call(s, GUI_STACK, 2, (uint64_t[]){ view, back });
}

enum err
world_title(unsigned s, uint32_t view, const char *text)
{
	uint64_t mr[8] = { view, strlen(text) };

	memcpy(&mr[2], text, strlen(text));
	return world_call(s, GUI_TITLE, 8, mr);
}

enum err
world_refresh(unsigned s, struct rect r)
{
	return world_call(s, GUI_REFRESH, 4, (uint64_t[]){ (uint64_t)r.x, (uint64_t)r.y,
		(uint64_t)r.w, (uint64_t)r.h });
}

enum err
world_confirm(unsigned s, uint32_t view, uint64_t ms)
{
	return world_call(s, GUI_CONFIRM, 2, (uint64_t[]){ view, ms });
}

bool
world_shows_text(const char *text, int32_t x, int32_t y, uint32_t fg, uint32_t bg)
{
	const struct canvas *c = &world->np.screen;

	for (int32_t i = 0; text[i] != '\0'; i++)
		for (int32_t row = 0; row < GLYPH_H; row++)
			for (int32_t k = 0; k < GLYPH_W; k++) {
				size_t at = (size_t)(y + row) * c->stride + (size_t)(x + 8 * i + k);
				bool on = label_font[text[i] - 32][row] & 0x80 >> k;

				if ((c->px[at] & 0xffffff) != (on ? fg : bg))
					return false;
			}
	return true;
}

void
world_event(uint16_t type, uint32_t code, int32_t x, int32_t y)
{
	route_event(&world->np, &(struct input_event){ type, 0, code, x, y });
	world_settle();
}

void
world_point(int32_t x, int32_t y)
{
	world_event(INPUT_RELATIVE, 0, x - world->np.x, y - world->np.y);
	pointer_move(&world->np);
	world_settle();
}

void
world_click(uint32_t button)
{
	world_event(INPUT_PRESS, button, 0, 0);
	world_event(INPUT_RELEASE, button, 0, 0);
}

void
world_open_row(uint64_t seed)
{
	world_seed(seed);
	world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
	for (unsigned s = 0; s < 3; s++) {
		enum err e = world_buffer(s, 40, 40);

		if (e == OK)
			e = world_view(s, 0, (struct rect){ (int32_t)s * 50, 40, 40, 40 }, 0, 0);
		assert(e == OK);
	}
}

int
world_teardown(void **unused)
{
	(void)unused;
	world_close();
	return 0;
}
