// SPDX-License-Identifier: MIT
// Changes the mode of the screen, for whoever is asked to by the user.
#include <base/put.h>
#include <session/mode.h>
#include <sys/serve.h>
#include <window/pane.h>
#include "ui.h"

static const struct startup_use *use;
static struct pane pane;
static struct mode_session screen;
static struct ui ui;
static uint64_t next;                   // TSC, when a second is over; if a mode is tried

static void
say(const char *what, const struct fb_mode *m)
{
	char line[80], *p = put_text(line, what);

	*put_number(put_text(put_number(p, m->width), " "), m->height) = '\0';
	log_line(line);
}

// What the screen has now.  Somebody else may have changed it: nothing is tried then.
static void
look(void)
{
	struct fb_mode m;

	if (mode_now(screen, &m) != OK)
		return;
	ui.left = ui_same(&m, &ui.now) ? ui.left : 0;
	ui.now = m;
	pane.dirty = true;
}

static bool
set(const struct fb_mode *m)
{
	bool done = mode_set(screen, m->width, m->height) == OK;

	ui.left = 0;
	look();
	say(done ? "set " : "refused ", m);
	return done;
}

static void
act(enum ui_action action)
{
	struct fb_mode before = ui.now;

	if (action == UI_SET) {
		ui.before = before;
		ui.refused = set(&ui.mode[ui.selected]) ? UI_NONE : UI_MODE + ui.selected;
		ui.left = ui.refused == UI_NONE ? UI_TRY : 0;
		next = sys_in_ms(1000);
	} else if (action == UI_KEEP) {
		ui.left = 0;
		say("kept ", &ui.now);
	} else if (action == UI_BACK) {
		(void)set(&ui.before);
	}
	pane.dirty |= action != UI_NOTHING;
}

static void
tick(void)
{
	if (ui.left == 0 || sys_now() < next)
		return;
	next = sys_in_ms(1000);
	pane.dirty = true;
	if (--ui.left == 0)
		act(UI_BACK);
}

static void
event(void *arg, const struct input_event *ev)
{
	(void)arg;
	act(ui_event(&ui, ev, &pane.dirty));
}

static void
hear(uint64_t label, uint64_t bits)
{
	if (label == use->label)
		look();
	else
		pane_signal(&pane, bits, event, NULL);
}

static uint64_t
settle(void)
{
	tick();
	if (pane.dirty || pane.frame_dirty) {
		struct canvas c = pane_draw(&pane);

		ui_draw(&ui, &c);
		pane_show(&pane);
	}
	return ui.left > 0 ? next : DEADLINE_NONE;
}

int
main(void)
{
	struct fb_mode m;

	use = startup_use("mode");
	if (use == NULL)
		die("the scenario gives no mode session");
	screen.gate = use->gate;
	for (uint32_t i = 0; mode_list(screen, i, &m) == OK; i++)
		ui_add(&ui, m);
	look();
	pane_open_fixed(&pane, "Display", 24, 464, UI_WIDTH, UI_HEIGHT);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = settle });
}
