// SPDX-License-Identifier: MIT
// A screen in a window: serves one fb and one input session, whose client draws into
// the window's buffer and gets the window's events.  What cannot come to a window,
// the attention keys, two buttons send.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <draw/widget.h>
#include <session/fb.h>
#include <session/keys.h>
#include <sys/serve.h>
#include <window/pane.h>
#include "relay.h"

enum {
	WIDTH = 510, HEIGHT = 384,
	// the frame begins where a large flexpage can: 1 MiB from the start of our memory
	STRIDE = 512, FRAME = 1 << 20, FRAME_ROW = (FRAME - GUI_PIXELS) / (STRIDE * 4),
	TOOLS = 40, BUTTON_W = 76, BUTTONS = 2, SCREEN_VIEW = 1,
};
_Static_assert(FRAME_ROW * STRIDE * 4 + GUI_PIXELS == FRAME, "the frame begins at a row's start");
_Static_assert(WIDTH + 2 <= STRIDE && THEME_TITLE_HEIGHT + TOOLS + HEIGHT + 1 <= FRAME_ROW,
               "the window's own picture ends before");

static struct pane pane = { .buffer = { .width = STRIDE, .height = FRAME_ROW + HEIGHT },
	.child = SCREEN_VIEW };
static struct relay relay = { .width = WIDTH, .height = HEIGHT };
static const struct startup_client *fb, *input;
static unsigned held;                   // button + 1

static const struct { const char *text; uint32_t code; } buttons[BUTTONS] = {
	{ "X-ray", KEY_F12 }, { "Kill", KEY_F11 },
};

static struct rect
button(unsigned i)
{
	return (struct rect){ WIDTH - (int32_t)(BUTTONS - i) * (BUTTON_W + THEME_GAP),
	                      (TOOLS - THEME_BUTTON_HEIGHT) / 2, BUTTON_W, THEME_BUTTON_HEIGHT };
}

static void
draw(void)
{
	static const char what[] = "A nitpicker in a window. Its attention keys:";
	struct canvas c = pane_draw(&pane);

	draw_fill(&c, (struct rect){ 0, 0, WIDTH, TOOLS }, THEME_WINDOW);
	draw_text(&c, THEME_PAD, (TOOLS - font_ui.height) / 2, &font_ui, what, sizeof what - 1,
	          THEME_MUTED);
	for (unsigned i = 0; i < BUTTONS; i++)
		widget_button(&c, button(i), buttons[i].text,
		              held == i + 1 ? BUTTON_DOWN : BUTTON_NORMAL);
	pane_show(&pane);
}

static bool
tools_event(const struct input_event *ev)
{
	bool left = ev->code == BTN_LEFT;

	for (unsigned i = 0; left && ev->type == INPUT_PRESS && i < BUTTONS; i++)
		if (rect_has(button(i), ev->x, ev->y)) {
			held = i + 1;
			return pane.dirty = true;
		}
	if (held == 0 || !left || ev->type != INPUT_RELEASE)
		return held != 0;
	if (rect_has(button(held - 1), ev->x, ev->y))
		relay_key(&relay, buttons[held - 1].code);
	held = 0;
	return pane.dirty = true;
}

static void
event(void *arg, const struct input_event *ev)
{
	struct input_event inside = *ev;

	(void)arg;
	inside.y -= TOOLS;
	if (!tools_event(ev))
		relay_event(&relay, &inside);
}

static void
hear(uint64_t label, uint64_t bits)
{
	if (label != pane.use->label)
		return;
	pane_signal(&pane, bits, event, NULL);
	if (relay.pushed)
		sys_raise(input->signal, INPUT_SIGNAL);
	relay.pushed = false;
}

static tag_t
mode(void)
{
	utcb()->mr[0] = WIDTH, utcb()->mr[1] = HEIGHT, utcb()->mr[2] = STRIDE * 4,
		utcb()->mr[3] = 1;
	return tag(OK, 4, 0);
}

// The frame in pieces, the largest first: each is then aligned.
static tag_t
map(void)
{
	struct item *items = (struct item *)utcb()->mr;
	uint64_t base = pane.use->shared + FRAME, size = HEIGHT * STRIDE * 4, at = 0;
	unsigned n = 0;

	for (unsigned order = 20; order >= 12 && n < ITEMS_MAX; order--)
		for (; n < ITEMS_MAX && size - at >= 1ull << order; at += 1ull << order)
			items[n++] = (struct item){ fpage_mem(base + at, order, MEM_RW), at };
	return tag(OK, 0, n);
}

static tag_t
refresh(const uint64_t *mr)
{
	struct rect r = { (int32_t)(mr[0] & 0xffff), (int32_t)(mr[1] & 0xffff) + FRAME_ROW,
	                  (int32_t)(mr[2] & 0xffff), (int32_t)(mr[3] & 0xffff) };

	return tag(gui_refresh(pane.gui, r), 0, 0);
}

static tag_t
answer(const struct startup_client *c, tag_t call)
{
	const uint64_t *mr = utcb()->mr;
	unsigned words = tag_words(call);

	if (c != fb)
		return tag(ERR_OP, 0, 0);
	switch (tag_label(call)) {
	case FB_MODE:
		return mode();
	case FB_MAP:
		return map();
	case FB_REFRESH:
		return words >= 4 ? refresh(mr) : tag(ERR_ARG, 0, 0);
	case FB_MODES:
		return words >= 1 && mr[0] == 0 ? mode() : tag(ERR_ARG, 0, 0);
	case FB_SET_MODE:
		return tag(words >= 2 && mr[0] == WIDTH && mr[1] == HEIGHT ? OK : ERR_ARG, 0, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

static void
find_clients(void)
{
	const struct startup_client *c = startup_clients();

	for (uint32_t i = 0; i < startup()->client_count; i++) {
		if (strcmp(c[i].type, "fb") == 0)
			fb = &c[i];
		else if (strcmp(c[i].type, "input") == 0)
			input = &c[i];
	}
	if (startup()->client_count != 2 || fb == NULL || input == NULL)
		die("the scenario must give one fb and one input client");
	relay.ring = gui_input(input->shared);
}

static uint64_t
repaint(void)
{
	if (pane.dirty || pane.frame_dirty)
		draw();
	return DEADLINE_NONE;
}

int
main(void)
{
	find_clients();
	pane_open_fixed(&pane, "Screen", 470, 130, WIDTH, TOOLS + HEIGHT);
	draw();
	(void)!gui_child(pane.gui, SCREEN_VIEW, pane.window.view, (struct rect){ 1,
		THEME_TITLE_HEIGHT + TOOLS, WIDTH, HEIGHT }, 0, FRAME_ROW);
	(void)!gui_title(pane.gui, SCREEN_VIEW, "inside");
	log_line("ready");
	serve((struct handlers){ .call = answer, .signal = hear, .idle = repaint,
	                         .words = 2 * ITEMS_MAX });
}
