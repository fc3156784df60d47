// SPDX-License-Identifier: MIT
// The viewer: its sessions, the history, and the way from a click to a page.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <draw/theme.h>
#include <session/gui.h>
#include <sys/startup.h>
#include "contents.h"
#include "page.h"
#include "typeface.h"
#include "ui_draw.h"

enum {
	VIEW = 0, HISTORY = 64, VISIBLE = 64,
	WIDTH = 760, HEIGHT = 620, WIDTH_MAX = 1024,
};

static const char first_page[] = "README.md", contents_page[] = "";

static struct {
	const struct startup_use *use;
	struct gui_session gui;
	struct input_end input;
	struct gui_info screen;
	struct rect window;
	int32_t width_max, height_max;  // what the buffer has room for
	struct canvas canvas;

	struct page page;
	struct ui ui;
	struct { char path[PATH_SIZE]; int32_t top; } history[HISTORY];
	unsigned depth;
} viewer;

static int32_t
clamp(int64_t n, int64_t min, int64_t max)
{
	return (int32_t)(n < min ? min : n > max ? max : n);
}

// Some of the title bar always stays within reach.
static void
place_window(int64_t x, int64_t y)
{
	struct rect *w = &viewer.window;

	w->x = clamp(x, VISIBLE - w->w, (int64_t)viewer.screen.width - VISIBLE);
	w->y = clamp(y, viewer.screen.strip, (int64_t)viewer.screen.height - VISIBLE / 2);
	(void)!gui_view(viewer.gui, VIEW, *w, 0, 0);
}

// The buffer keeps its size; the window shows its corner.
static void
resize_window(int32_t w, int32_t h)
{
	w = clamp(w, UI_WIDTH_MIN, viewer.width_max);
	h = clamp(h, UI_HEIGHT_MIN, viewer.height_max);
	viewer.window.w = viewer.ui.width = viewer.canvas.width = w;
	viewer.window.h = viewer.ui.height = viewer.canvas.height = h;
	page_lay(&viewer.page, ui_view(&viewer.ui).w);
	ui_page(&viewer.ui, &viewer.page.layout, viewer.ui.top);
	viewer.ui.dirty = DIRTY_ALL;
}

static void
repaint(void)
{
	const struct ui_look look = { page_picture, &viewer.page };
	struct rect changed;

	if (viewer.ui.dirty == 0)
		return;
	ui_draw(&viewer.ui, &viewer.canvas, &look, &changed);
	(void)!gui_refresh(viewer.gui, changed);
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
	snprintf(ui->title, sizeof ui->title, "%s \u2013 Viewer", title);
	ui->dirty = DIRTY_ALL;
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
	viewer.ui.dirty |= DIRTY_BAR;
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
handle_input(void)
{
	struct input_event ev;
	bool moved = false, resized = false;

	for (int i = 0; i < INPUT_SLOTS && input_get(&viewer.input, &ev); i++) {
		uint32_t shown = viewer.ui.hover, chosen = viewer.ui.selected;
		enum ui_action action = ui_event(&viewer.ui, &ev);

		if (viewer.ui.hover != shown || viewer.ui.selected != chosen)
			set_status();
		switch (action) {
		case UI_FOLLOW: follow(viewer.ui.follow); break;
		case UI_BACK: go_back(); break;
		case UI_CONTENTS: go_to_contents(); break;
		case UI_MOVE: moved = true; break;
		case UI_RESIZE: resized = true; break;
		case UI_NOTHING: break;
		}
	}
	// once per batch: positions in the batch are relative to the old place
	if (resized)
		resize_window(viewer.ui.want_w, viewer.ui.want_h);
	if (moved || resized)
		place_window((int64_t)viewer.window.x + (moved ? viewer.ui.move_x : 0),
		             (int64_t)viewer.window.y + (moved ? viewer.ui.move_y : 0));
}

static void
open_window(void)
{
	const struct startup_use *use = viewer.use;
	uint64_t room = use->shared_size > GUI_PIXELS ?
		(use->shared_size - GUI_PIXELS) / sizeof(uint32_t) : 0;

	viewer.gui = (struct gui_session){ use->gate };
	if (gui_info(viewer.gui, &viewer.screen) != OK)
		die("nitpicker does not answer");
	viewer.width_max = clamp(viewer.screen.width, UI_WIDTH_MIN, WIDTH_MAX);
	uint64_t rows = room / (uint64_t)viewer.width_max;
	viewer.height_max = (int32_t)(rows < viewer.screen.height ? rows : viewer.screen.height);
	if (viewer.height_max < UI_HEIGHT_MIN ||
	    gui_buffer(viewer.gui, (uint32_t)viewer.width_max, (uint32_t)viewer.height_max) != OK)
		die("no room for a window: the scenario donates too little");
	viewer.input = gui_input(use->shared);
	viewer.canvas = (struct canvas){ gui_pixels(use->shared), 0, 0, viewer.width_max };
}

int
main(void)
{
	viewer.use = startup_use("gui");
	if (viewer.use == NULL)
		die("the scenario gives no gui session");
	if (!typeface_open())
		die("the boot modules font/*.ttf are missing or broken");
	open_window();
	viewer.ui.width = clamp(WIDTH, UI_WIDTH_MIN, viewer.width_max);
	viewer.ui.height = clamp(HEIGHT, UI_HEIGHT_MIN, viewer.height_max);
	if (!open_page(first_page, 0) && !open_page(contents_page, 0))
		die("there is no memory for a page");
	resize_window(viewer.ui.width, viewer.ui.height);
	repaint();
	place_window(((int32_t)viewer.screen.width - viewer.window.w) / 2,
	             (int64_t)viewer.screen.strip + 36);
	(void)!gui_title(viewer.gui, VIEW, "Viewer");
	puts("ready");

	for (;;) {
		struct reply r = sys_wait(DEADLINE_NONE);

		if (tag_kind(r.tag) == MSG_SIGNAL && r.label == viewer.use->label) {
			uint64_t bits = utcb()->mr[0];

			if (bits & GUI_SIGNAL_MODE && gui_info(viewer.gui, &viewer.screen) == OK)
				place_window(viewer.window.x, viewer.window.y);
			if (bits & INPUT_SIGNAL)
				handle_input();
		}
		repaint();
	}
}
