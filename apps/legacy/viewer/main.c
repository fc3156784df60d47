// SPDX-License-Identifier: MIT
// The viewer: its sessions, the history, and the way from a click to a page.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <draw/theme.h>
#include <session/keys.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include <window/surface.h>
#include <window/window.h>
#include "contents.h"
#include "page.h"
#include "typeface.h"
#include "ui_draw.h"

enum {
	HISTORY = 64, WIDTH = 520, HEIGHT = 556,
	WIDTH_MIN = 320, WIDTH_MAX = 1024, HEIGHT_MIN = 220,
};

static const char first_page[] = "README.md", contents_page[] = "";

static struct {
	struct surface surface;         // its buffer is as large as the window can become
	struct window window;
	char title[UI_STATUS];
	bool frame_dirty;

	struct page page;
	struct ui ui;
	struct { char path[PATH_SIZE]; int32_t top; } history[HISTORY];
	unsigned depth;
} viewer;

static void
place_window(void)
{
	surface_place(&viewer.surface, viewer.window.r);
}

// Where windows may be.
static struct rect
desk(void)
{
	const struct gui_info *screen = &viewer.surface.screen;

	return (struct rect){ 0, (int32_t)screen->strip, (int32_t)screen->width,
	                      (int32_t)(screen->height - screen->strip) };
}

// The page follows the window's size.
static void
fit_page(void)
{
	struct rect inside = window_content(&viewer.window);

	viewer.ui.width = inside.w, viewer.ui.height = inside.h;
	page_lay(&viewer.page, ui_view(&viewer.ui).w);
	ui_page(&viewer.ui, &viewer.page.layout, viewer.ui.top);
}

static void
draw_frame_now(void)
{
	struct rect r = viewer.window.r;
	struct canvas c = draw_part(&viewer.surface.buffer, (struct rect){ 0, 0, r.w, r.h });

	window_draw(&viewer.window, &c);
	viewer.ui.dirty = DIRTY_ALL;            // the frame's ground covers everything
}

static void
repaint(void)
{
	const struct ui_look look = { page_picture, &viewer.page };
	struct rect inside = window_content(&viewer.window), changed;
	bool all = viewer.frame_dirty;

	if (viewer.frame_dirty)
		draw_frame_now();
	viewer.frame_dirty = false;
	if (viewer.ui.dirty == 0)
		return;
	struct canvas c = draw_part(&viewer.surface.buffer, inside);
	ui_draw(&viewer.ui, &c, &look, &changed);
	changed.x += inside.x, changed.y += inside.y;
	if (all)
		changed = (struct rect){ 0, 0, viewer.window.r.w, viewer.window.r.h };
	surface_refresh(&viewer.surface, changed);
}

static bool
open_contents(void)
{
	static char text[CONTENTS_MAX];
	const struct startup_memory *m = startup_memories();
	int wrote = snprintf(text, sizeof text, "# Contents\n\n");
	size_t n = (size_t)wrote;

	for (uint32_t i = 0; i < startup()->memory_count; i++)
		if (m[i].kind == MEMORY_ROM && path_ends(m[i].name, ".md"))
			contents_add(text, &n, m[i].name, (const char *)m[i].addr, m[i].size);
	return page_set(&viewer.page, contents_page, text, n);
}

// Shows what follows the pointer, or where one is.
static void
set_status(void)
{
	struct ui *ui = &viewer.ui;
	uint32_t link = ui->hover != 0 ? ui->hover : ui->selected;
	const struct document *d = &viewer.page.document;

	if (link != 0 && link < d->links)
		snprintf(ui->status, sizeof ui->status, "\u2192 %.*s",
		         (int)(d->link[link].length < UI_STATUS ? d->link[link].length : UI_STATUS),
		         d->text + d->link[link].start);
	else
		snprintf(ui->status, sizeof ui->status, "%s", viewer.page.path);
}

static bool
open_page(const char *path, int32_t top)
{
	struct ui *ui = &viewer.ui;
	bool contents = strcmp(path, contents_page) == 0;
	char title[UI_STATUS - 16];

	ui->page = NULL;                // it points into the old page
	bool good = contents ? open_contents() : page_open(&viewer.page, path);
	if (good)
		page_lay(&viewer.page, ui_view(ui).w);
	if (good)
		ui->selected = 0, ui->top = 0;
	ui_page(ui, &viewer.page.layout, good ? top : ui->top);
	ui->can_back = viewer.depth > 0;
	if (!good)
		return false;
	page_title(&viewer.page, title, sizeof title);
	snprintf(viewer.title, sizeof viewer.title, "%s \u2013 Viewer", title);
	viewer.frame_dirty = true;
	set_status();
	printf("page %s: %u blocks, %u links, %d pixels high\n", contents ? "contents" : path,
	       viewer.page.document.blocks, viewer.page.document.links - 1,
	       viewer.page.layout.height);
	return true;
}

static void
remember(void)
{
	if (viewer.depth == HISTORY) {
		memmove(&viewer.history[0], &viewer.history[1],
		        sizeof viewer.history - sizeof viewer.history[0]);
		viewer.depth--;
	}
	memcpy(viewer.history[viewer.depth].path, viewer.page.path, PATH_SIZE);
	viewer.history[viewer.depth++].top = viewer.ui.top;
}

static void
refuse(const char *target, size_t n)
{
	snprintf(viewer.ui.status, sizeof viewer.ui.status, "Not among these documents: %.*s",
	         (int)(n < UI_STATUS ? n : UI_STATUS), target);
	viewer.ui.dirty |= DIRTY_TOOLS;
	puts(viewer.ui.status);
}

static void
follow(uint32_t link)
{
	const struct document *d = &viewer.page.document;
	char path[PATH_SIZE], target[256];

	if (link == 0 || link >= d->links)
		return;
	// the document goes when the page changes
	size_t n = d->link[link].length < sizeof target ? d->link[link].length : sizeof target;
	memcpy(target, d->text + d->link[link].start, n);
	if (!path_resolve(path, viewer.page.path, target, n)) {
		refuse(target, n);
		return;
	}
	remember();
	if (strcmp(path, viewer.page.path) != 0 && !open_page(path, 0)) {
		viewer.depth--;
		viewer.ui.can_back = viewer.depth > 0;
		refuse(target, n);
		return;
	}
	const char *mark = memchr(target, '#', n);
	if (mark != NULL)
		ui_page(&viewer.ui, &viewer.page.layout,
		        page_anchor(&viewer.page, mark + 1, n - 1 - (size_t)(mark - target)));
	viewer.ui.can_back = true;
}

static void
go_back(void)
{
	if (viewer.depth == 0)
		return;
	viewer.depth--;
	open_page(viewer.history[viewer.depth].path, viewer.history[viewer.depth].top);
}

static void
go_to_contents(void)
{
	remember();
	open_page(contents_page, 0);
}

static void
act(enum ui_action action)
{
	switch (action) {
	case UI_FOLLOW: follow(viewer.ui.follow); break;
	case UI_BACK: go_back(); break;
	case UI_CONTENTS: go_to_contents(); break;
	case UI_NOTHING: break;
	}
}

static void
handle_event(struct rect first, struct input_event *ev)
{
	uint32_t shown = viewer.ui.hover, chosen = viewer.ui.selected;

	if (ev->type == INPUT_LEAVE)
		ui_event(&viewer.ui, ev);
	if (ev->type == INPUT_PRESS && ev->code == BTN_LEFT)
		surface_front(&viewer.surface);
	switch (window_event(&viewer.window, desk(), first.x, first.y, ev)) {
	case WINDOW_CONTENT:
		act(ui_event(&viewer.ui, ev));
		break;
	case WINDOW_REDRAW:
		ui_let_go(&viewer.ui);
		viewer.frame_dirty = true;
		break;
	case WINDOW_CLOSED:
		surface_place(&viewer.surface, (struct rect){ 0, 0, 0, 0 });
		exit(0);
	case WINDOW_CHANGED:
	case WINDOW_IGNORED:
		break;
	}
	if (viewer.ui.hover != shown || viewer.ui.selected != chosen)
		set_status();
}

static void
handle_input(void)
{
	struct rect first = viewer.window.r;
	struct input_event ev;

	for (int i = 0; i < INPUT_SLOTS && surface_event(&viewer.surface, &ev); i++)
		handle_event(first, &ev);
	if (viewer.surface.whole)
		viewer.window.r = first;        // it cannot go anywhere
	bool sized = viewer.window.r.w != first.w || viewer.window.r.h != first.h;
	bool sizing = viewer.window.grip >= WINDOW_LEFT;
	if (sized || (viewer.page.hasty && !sizing)) {
		viewer.page.hasty = sizing;
		fit_page();
		viewer.frame_dirty = true;
		repaint();
	}
	if (memcmp(&viewer.window.r, &first, sizeof first) != 0)
		place_window();
}

static void
handle_mode(void)
{
	struct rect old = viewer.window.r;

	if (viewer.surface.whole)
		viewer.window.r = desk();
	else
		window_screen(&viewer.window, desk());
	if (viewer.window.r.w != old.w || viewer.window.r.h != old.h) {
		fit_page();
		viewer.frame_dirty = true;
		repaint();
	}
	place_window();
}

// The buffer keeps its size; the window shows its upper left corner.
static void
open_buffer(void)
{
	struct surface *s = &viewer.surface;
	uint64_t room = surface_room(s);
	uint32_t w = s->whole || s->screen.width < WIDTH_MAX ? s->screen.width : WIDTH_MAX;
	uint64_t h = w > 0 && room / w < s->screen.height ? room / w : s->screen.height;
	uint32_t *memory = s->whole ? malloc(w * h * sizeof *memory) : NULL;

	if (w < WIDTH_MIN || h < HEIGHT_MIN || !surface_buffer(s, w, (uint32_t)h, memory))
		die("no room for a window: the scenario donates too little");
}

static void
open_window(void)
{
	struct rect all = desk(), r = { all.w - WIDTH - 24, all.y + 24, WIDTH, HEIGHT };

	viewer.window = (struct window){ .title = viewer.title, .min_w = WIDTH_MIN,
		.min_h = HEIGHT_MIN, .max_w = viewer.surface.buffer.width,
		.max_h = viewer.surface.buffer.height };
	viewer.window.r = r;
	window_screen(&viewer.window, all);
	if (viewer.surface.whole)
		viewer.window.r = all, viewer.window.focused = true;
	fit_page();
	if (!open_page(first_page, 0) && !open_page(contents_page, 0))
		die("there is no memory for a page");
	repaint();
	place_window();
	surface_title(&viewer.surface, "Viewer");
}

static void
hear(uint64_t label, uint64_t bits)
{
	bool mode;

	if (!surface_signal(&viewer.surface, label, bits, &mode))
		return;
	if (mode)
		handle_mode();
	handle_input();
}

static uint64_t
repaint_all(void)
{
	repaint();
	return DEADLINE_NONE;
}

int
main(void)
{
	surface_open(&viewer.surface);
	if (!typeface_open())
		die("the boot modules font/*.ttf are missing or broken");
	open_buffer();
	open_window();
	puts("ready");
	serve((struct handlers){ .signal = hear, .idle = repaint_all });
}
