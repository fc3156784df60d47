// SPDX-License-Identifier: MIT
// Window and framebuffer.  The buffer is 1024 pixels wide, so that a row is a page.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <session/keys.h>
#include <window/pane.h>
#include "devices.h"
#include "pci.h"
#include "screen.h"

enum {
	PAGE = 4096, STRIDE = PAGE / 4,
	ROWS = SCREEN_HEIGHT + 1,       // mapped: efifb's last row ends in the window's edge
	PIECE = 16,                     // rows that are mapped together
	PIECES = ROWS / PIECE + 2,
	EVERY_MS = 33,
};
#define BASE 0xe0000000ull              // guest-physical; below are 3.5 GiB for RAM

static struct pane pane;
static struct virtio_input *keyboard, *tablet;
static uint64_t from, at;               // the first row, for us and for the guest
static unsigned skew;                   // rows that its piece lacks
static bool dirty[PIECES];              // pieces that are mapped
static uint64_t next = DEADLINE_NONE;   // when they are shown
static bool halted, again;

bool
screen_open(struct virtio_input *k, struct virtio_input *t)
{
	if (startup_use("gui") == NULL)
		return false;
	keyboard = k, tablet = t;
	pane.buffer.width = STRIDE;
	pane.buffer.height = THEME_TITLE_HEIGHT + ROWS;
	pane_open_fixed(&pane, startup()->name, 100, 60, SCREEN_WIDTH, SCREEN_HEIGHT);
	from = (uint64_t)(uintptr_t)(pane.buffer.px + THEME_TITLE_HEIGHT * STRIDE);
	skew = from / PAGE % PIECE;
	// Pieces lie alike for both, and 2 MiB pages do not: there will be none, which go whole.
	at = BASE + skew * PAGE;
	if ((from - at) % (2 << 20) == 0)
		at += PIECE * PAGE;
	return true;
}

// Rows of pieces [first, end).
static struct rect
rows(unsigned first, unsigned end)
{
	int32_t y = (int32_t)(first * PIECE) - (int32_t)skew;
	int32_t last = (int32_t)(end * PIECE) - (int32_t)skew;

	y = y > 0 ? y : 0;
	return (struct rect){ 0, y, pane.window.r.w, (last < ROWS ? last : ROWS) - y };
}

static void
refresh(struct rect r)
{
	r.y += THEME_TITLE_HEIGHT;
	(void)!gui_refresh(pane.gui, r);
}

static void
show(void)
{
	for (unsigned i = 0, end; i < PIECES; i = end) {
		for (end = i + 1; end < PIECES && dirty[i] && dirty[end]; end++)
			;
		if (!dirty[i])
			continue;
		struct rect r = rows(i, end);

		memset(dirty + i, 0, end - i);
		// first: what is written from now on is shown the next time
		guest_unmap(at + (uint64_t)r.y * PAGE, (uint64_t)r.h * PAGE);
		refresh(r);
	}
	next = DEADLINE_NONE;
}

void
screen_start(uint8_t *params)
{
	static const uint8_t colours[] = { 8, 16, 8, 8, 8, 0, 8, 24 };
	uint32_t place[2] = { (uint32_t)at + 4, SCREEN_HEIGHT * PAGE };

	halted = false;
	memset(dirty, 0, sizeof dirty);
	next = DEADLINE_NONE;
	draw_fill(&pane.buffer, (struct rect){ 0, THEME_TITLE_HEIGHT, STRIDE, ROWS }, 0);
	pane.frame_dirty = true;
	refresh((struct rect){ 0, 0, pane.window.r.w, ROWS });
	guest_unmap(at, ROWS * PAGE);
	params[0x0f] = 0x70;                    // EFI's; struct screen_info
	pci_put16(params + 0x12, SCREEN_WIDTH);
	pci_put16(params + 0x14, SCREEN_HEIGHT);
	pci_put16(params + 0x16, 32);
	memcpy(params + 0x18, place, sizeof place);
	pci_put16(params + 0x24, PAGE);
	memcpy(params + 0x26, colours, sizeof colours);
}

bool
screen_fault(uint64_t address)
{
	if (keyboard == NULL || address < at || address >= at + ROWS * PAGE)
		return false;
	unsigned piece = ((unsigned)((address - at) / PAGE) + skew) / PIECE;
	struct rect r = rows(piece, piece + 1);

	if (next == DEADLINE_NONE)
		next = sys_in_ms(EVERY_MS);
	dirty[piece] = true;
	return guest_map(at + (uint64_t)r.y * PAGE,
	                 (const void *)(uintptr_t)(from + (uint64_t)r.y * PAGE),
	                 (uint64_t)r.h * PAGE);
}

// Only the title: the rest is the guest's.
static void
draw_title(void)
{
	struct canvas c = pane.buffer;

	c.width = pane.window.r.w, c.height = THEME_TITLE_HEIGHT;
	window_draw(&pane.window, &c);
	(void)!gui_refresh(pane.gui, (struct rect){ 0, 0, c.width, c.height });
	pane.frame_dirty = false;
}

uint64_t
screen_tick(uint64_t now)
{
	if (keyboard == NULL)
		return DEADLINE_NONE;
	if (pane.frame_dirty)
		draw_title();
	if (now >= next)
		show();
	return next;
}

static void
event(void *arg, const struct input_event *ev)
{
	struct virtio_input *d = ev->code >= BTN_LEFT ? tablet : keyboard;

	(void)arg;
	if (halted)
		again |= ev->type == INPUT_PRESS && ev->code == KEY_ENTER;
	switch (halted ? INPUT_NONE : ev->type) {
	case INPUT_PRESS:
	case INPUT_RELEASE:
		if (d == tablet)
			virtio_input_move(tablet, ev->x, ev->y);
		virtio_input_key(d, ev->code, ev->type == INPUT_PRESS);
		break;
	case INPUT_REPEAT:
		virtio_input_repeat(keyboard, ev->code);
		break;
	case INPUT_MOTION:
		virtio_input_move(tablet, ev->x, ev->y);
		break;
	case INPUT_WHEEL:
		virtio_input_wheel(tablet, ev->y);
		break;
	case INPUT_FOCUS:
		if (ev->code == 0) {
			virtio_input_release(keyboard);
			virtio_input_release(tablet);
		}
		break;
	default:
		break;
	}
}

bool
screen_signal(uint64_t label, uint64_t bits)
{
	if (keyboard == NULL || label != pane.use->label)
		return false;
	pane_signal(&pane, bits, event, NULL);
	return true;
}

void
screen_halted(const char *text)
{
	static const char how[] = "Enter starts it again.";
	struct rect box = { 100, THEME_TITLE_HEIGHT + 240, SCREEN_WIDTH - 200, 90 };
	int32_t x = box.x + 2 * THEME_PAD, width = box.w - 4 * THEME_PAD;

	if (keyboard == NULL)
		return;
	halted = true;
	show();
	draw_fill(&pane.buffer, box, THEME_BAD_GROUND);
	draw_frame(&pane.buffer, box, THEME_BAD);
	draw_text_fit(&pane.buffer, x, box.y + 20, width, &font_bold, text, strlen(text),
	              THEME_BAD);
	draw_text(&pane.buffer, x, box.y + 50, &font_ui, how, sizeof how - 1, THEME_INK);
	(void)!gui_refresh(pane.gui, box);
}

bool
screen_restart(void)
{
	bool yes = again;

	again = false;
	return yes;
}
