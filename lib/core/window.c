// SPDX-License-Identifier: MIT
#include <draw/theme.h>
#include <sys/startup.h>
#include "window.h"

enum { REACH = 80 };            // so much of the title bar stays on the screen

static int32_t
clamp(int32_t n, int32_t low, int32_t high)
{
	return n > high ? high : n < low ? low : n;
}

void
core_open(struct core_window *w, int32_t width, int32_t height, const char *title)
{
	const struct startup_use *use = startup_use("gui");

	if (use == NULL || use->shared_size < GUI_PIXELS + (uint64_t)width * (uint64_t)height * 4)
		die("no gui session in the scenario, or too little donated for the window");
	*w = (struct core_window){
		.gui = { use->gate }, .label = use->label, .input = gui_input(use->shared),
		.canvas = { gui_pixels(use->shared), width, height, width },
		.r = { INT16_MAX, 0, width, height },
	};
	if (gui_info(w->gui, &w->screen) != OK
	    || gui_buffer(w->gui, (uint32_t)width, (uint32_t)height) != OK
	    || gui_view(w->gui, CORE_VIEW, w->r, 0, 0) != OK)
		die("nitpicker gives no window");
	(void)!gui_title(w->gui, CORE_VIEW, title);
}

// Later calls may fail: the user can take the window away (kill mode).
void
core_show(struct core_window *w, int32_t x, int32_t y)
{
	w->r.x = clamp(x, REACH - w->r.w, (int32_t)w->screen.width - REACH);
	w->r.y = clamp(y, (int32_t)w->screen.strip,
	               (int32_t)w->screen.height - THEME_TITLE_HEIGHT);
	(void)!gui_view(w->gui, CORE_VIEW, w->r, 0, 0);
}

void
core_fit(struct core_window *w)
{
	if (gui_info(w->gui, &w->screen) == OK)
		core_show(w, w->r.x, w->r.y);
}

bool
core_visible(void *window, uint32_t ms)
{
	const struct core_window *w = window;

	return gui_confirm(w->gui, CORE_VIEW, ms) == OK;
}

uint64_t
core_now(void *unused)
{
	(void)unused;
	return sys_now() / kip()->tsc_khz;
}
