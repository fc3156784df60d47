// SPDX-License-Identifier: MIT
// The GUI multiplexer's glue: maps the frame, then waits for calls of clients
// and events of the input driver, and hands both to the policy.
#include <string.h>
#include <session/fb.h>
#include <sys/serve.h>
#include "nitpicker.h"

enum { FRAME_ADDR = 0x20000000, FRAME_ORDER = 25 };

static struct nitpicker np;
static struct input_end events;
static const struct startup_use *screen;
static struct fb_session fb;
static bool tell_damage;                // the frame is not the screen itself

void
nitpicker_signal(struct session *s, uint64_t bits)
{
	sys_raise(s->plan->signal, bits);
}

void
nitpicker_log(const char *what, const struct session *s)
{
	char line[16 + sizeof s->plan->label] = "";

	memcpy(line, what, strlen(what));
	if (s != NULL) {
		line[strlen(what)] = ' ';
		memcpy(line + strlen(what) + 1, s->plan->label, sizeof s->plan->label);
	}
	log_line(line);
}

void
nitpicker_destroy(const struct session *s)
{
	if (sys_raise(s->plan->destroy, 1) == OK)
		nitpicker_log("destroyed", s);
}

// At the start, and when the driver says that the mode has changed.
static void
show_screen(void)
{
	struct fb_mode m;

	if (fb_mode(fb, &m) != OK || m.width < 320 || m.width > GUI_SIZE_MAX || m.height < 200 ||
	    m.height > GUI_SIZE_MAX || m.pitch % 4 != 0 || m.pitch / 4 < m.width ||
	    (uint64_t)m.pitch * m.height > 1u << FRAME_ORDER)
		die("the framebuffer has no usable mode");
	tell_damage = fb_wants_refresh();
	// what an earlier mode left there would be in the way
	utcb()->mr[0] = fpage_mem(FRAME_ADDR, FRAME_ORDER, MEM_RW), utcb()->mr[1] = 1;
	(void)!sys_request(CAP_SELF, TASK_UNMAP, 2);
	if (fb_map(fb, FRAME_ADDR, FRAME_ORDER) != OK)
		die("the framebuffer cannot be mapped");
	nitpicker_screen(&np, (struct canvas){ (uint32_t *)(uintptr_t)FRAME_ADDR, m.pitch / 4,
		{ 0, 0, (int32_t)m.width, (int32_t)m.height } });
}

static struct session *
session(uint64_t id)
{
	return (struct session *)(uintptr_t)startup_clients()[id - 1].private;
}

// At most one ring-full.
static void
drain(void)
{
	struct input_event ev;
	unsigned n;

	for (n = 0; n < INPUT_SLOTS && input_get(&events, &ev); n++) {
		np.now = sys_now();
		route_event(&np, &ev);
	}
	if (n > 0)
		pointer_move(&np);
}

// All there is to paint, the user's input first.
static uint64_t
finish(void)
{
	do {
		drain();
		if (tell_damage && !rect_empty(np.damage))
			(void)!fb_refresh(fb, np.damage);
		np.damage = (struct rect){ 0, 0, 0, 0 };
	} while (paint_step(&np));
	return DEADLINE_NONE;
}

static tag_t
answer(const struct startup_client *c, tag_t call)
{
	uint64_t mr[SESSION_WORDS];

	mr[0] = mr[1] = mr[2] = mr[3] = 0;      // what no answer says
	np.now = sys_now();
	enum err e = session_call(&np, (struct session *)(uintptr_t)c->private, tag_label(call),
	                          tag_words(call), utcb()->mr, mr);
	for (unsigned i = 0; i < 4; i++)
		utcb()->mr[i] = mr[i];
	return tag(e, e == OK ? 4 : 0, 0);
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)bits;
	if (label == screen->label)
		show_screen();
}

int
main(void)
{
	const struct startup_use *input = startup_use("input");

	screen = startup_use("fb");
	if (screen == NULL || input == NULL)
		die("the scenario gives no fb or no input session");
	events = gui_input(input->shared);
	np.title = startup()->title;
	np.tsc_khz = kip()->tsc_khz;
	for (uint64_t id = startup()->client_count; id > 0; id--)
		if (session_init(&np, session(id), &startup_clients()[id - 1]) != OK)
			die("a client's session has too little memory");
	fb.gate = screen->gate;
	show_screen();
	finish();
	log_line("frame 1");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = finish, .words = 4 });
}
