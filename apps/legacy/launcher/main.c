// SPDX-License-Identifier: MIT
// The launcher: shows the subsystems that somebody can start, and asks for it.
#include <draw/theme.h>
#include <string.h>
#include <sys/serve.h>
#include <window/pane.h>
#include "ui.h"

static const struct startup_use *use;
static struct pane pane;
static struct launcher_session launcher;
static struct ui ui;

// Everything anew; what cannot be asked stays as it was.
static void
ask(void)
{
	for (unsigned i = 0; i < ui.count; i++)
		(void)!launcher_status(launcher, i, &ui.row[i].status);
	(void)!launcher_free(launcher, &ui.free);
	ui_update(&ui);
	pane.dirty = true;
}

static void
act(enum ui_action action)
{
	struct ui_row *row = &ui.row[ui.selected];

	if (action == UI_NOTHING)
		return;
	row->last = OK;
	if (action == UI_START)
		row->last = launcher_start(launcher, ui.selected, row->wanted);
	else
		(void)!launcher_destroy(launcher, ui.selected);
	ask();
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
		ask();
	else
		pane_signal(&pane, bits, event, NULL);
}

static uint64_t
settle(void)
{
	if (pane.dirty || pane.frame_dirty) {
		struct canvas c = pane_draw(&pane);

		ui_draw(&ui, &c);
		pane_show(&pane);
	}
	return DEADLINE_NONE;
}

int
main(void)
{
	use = startup_use("launcher");
	if (use == NULL)
		die("the scenario gives no launcher session");
	launcher.gate = use->gate;
	while (ui.count < UI_ROWS &&
	       launcher_status(launcher, ui.count, &ui.row[ui.count].status) == OK)
		ui.count++;
	ask();
	pane_open_fixed(&pane, "Launcher", 24, 48, UI_WIDTH,
	                ui_row_rect(ui.count).y + UI_FOOT - THEME_PAD - 1);
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = settle });
}
