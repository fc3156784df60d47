// SPDX-License-Identifier: MIT
// Three movable windows, one to type into.  Called `glass` in the scenario, it
// lets what is behind it shine through.  The argument, "X Y", moves them all.
#include <string.h>
#include <draw/fonts.h>
#include <draw/theme.h>
#include <session/gui.h>
#include <session/keys.h>
#include <sys/serve.h>
#include <window/window.h>

enum {
	WINDOWS = 3, NOTES = 0, COLOURS = 1,
	BADGE = WINDOWS, BADGE_W = 110, BADGE_H = 22,   // a child view of COLOURS
	MAX_W = 400, MAX_H = 260, LINE = 46, TEXT_MAX = 4 * LINE,
	GLASS = 80,             // of 255
};

static struct {
	const struct startup_use *use;
	struct gui_session gui;
	struct gui_info screen;
	struct input_end input;
	struct window window[WINDOWS];
	bool shown[WINDOWS], dirty[WINDOWS];
	bool glass;
	char text[TEXT_MAX];
	uint32_t length;
} my;

// A window's part of the buffer, as large as the window can become.
static struct canvas
canvas(unsigned i)
{
	uint32_t *px = gui_pixels(my.use->shared) + i * MAX_W * MAX_H;

	return (struct canvas){ px, MAX_W, MAX_H, MAX_W };
}

// Where windows may be.
static struct rect
desk(void)
{
	return (struct rect){ 0, (int32_t)my.screen.strip, (int32_t)my.screen.width,
	                      (int32_t)(my.screen.height - my.screen.strip) };
}

static void
place(unsigned i)
{
	if (my.shown[i])
		(void)!gui_view(my.gui, i, my.window[i].r, 0, (int32_t)i * MAX_H);
	if (i == COLOURS && my.shown[i])
		(void)!gui_child(my.gui, BADGE, i, (struct rect){ my.window[i].r.w - BADGE_W / 2,
			my.window[i].r.h - 40, BADGE_W, BADGE_H }, 0, WINDOWS * MAX_H);
}

// A pixel of text on THEME_WINDOW, when this lets GLASS of 255 through and the text
// nothing: where letters are smooth, something between.
static uint32_t
glass_pixel(uint32_t p)
{
	int32_t green = THEME_WINDOW >> 8 & 255, ink = THEME_INK >> 8 & 255;
	int32_t text = (green - (int32_t)(p >> 8 & 255)) * 255 / (green - ink);

	text = text < 0 ? 0 : text > 255 ? 255 : text;
	int32_t ground = (255 - text) * (255 - GLASS) / 255, alpha = text + ground;
	uint32_t out = (uint32_t)alpha << 24;

	// what the ground takes from the mixture, it gives as far as it is opaque
	for (unsigned shift = 0; shift < 24; shift += 8) {
		int32_t all = (int32_t)(p >> shift & 255) * 255;
		int32_t own = (THEME_WINDOW >> shift) & 255;
		int32_t n = (all - own * (255 - text - ground)) / alpha;

		out |= (uint32_t)(n < 0 ? 0 : n > 255 ? 255 : n) << shift;
	}
	return out;
}

// The ground of a text lets through what is behind, all else is opaque.
static void
make_glass(const struct canvas *c, struct rect in)
{
	for (int32_t y = 0; y < c->height; y++)
		for (int32_t x = 0; x < c->width; x++) {
			uint32_t *p = &c->px[y * c->stride + x];
			bool inside = x >= in.x && y >= in.y && x < in.x + in.w && y < in.y + in.h;

			*p = inside ? glass_pixel(*p) : *p | 0xff000000;
		}
}

static void
draw_notes(const struct canvas *c)
{
	for (uint32_t at = 0, row = 0; at < my.length; at += LINE, row++) {
		uint32_t n = my.length - at < LINE ? my.length - at : LINE;

		draw_text(c, THEME_PAD, THEME_PAD + (int32_t)row * 20, &font_ui, my.text + at, n,
		          THEME_INK);
	}
	if (my.length == 0)
		draw_text(c, THEME_PAD, THEME_PAD, &font_ui, "Type here.", 10, THEME_MUTED);
}

static void
draw_colours(const struct canvas *c)
{
	for (int32_t y = 0; y < c->height; y += 8)
		for (int32_t x = 0; x < c->width; x += 8) {
			uint32_t r = (uint32_t)(x * 255 / c->width);
			uint32_t g = (uint32_t)(y * 255 / c->height);

			draw_fill(c, (struct rect){ x, y, 8, 8 }, r << 16 | g << 8 | 0x90);
		}
}

static void
draw(unsigned i)
{
	struct window *w = &my.window[i];
	struct canvas all = canvas(i), c = draw_part(&all, (struct rect){ 0, 0, w->r.w, w->r.h });
	struct canvas in = draw_part(&c, window_content(w));

	window_draw(w, &c);
	if (i == NOTES)
		draw_notes(&in);
	else if (i == COLOURS)
		draw_colours(&in);
	else
		draw_text(&in, THEME_PAD, THEME_PAD, &font_ui, "Not resizable.", 14, THEME_MUTED);
	if (my.glass)
		make_glass(&c, i == COLOURS ? (struct rect){ 0, 0, 0, 0 } : window_content(w));
	(void)!gui_refresh(my.gui, (struct rect){ 0, (int32_t)i * MAX_H, w->r.w, w->r.h });
	my.dirty[i] = false;
}

static void
draw_badge(void)
{
	struct canvas c = canvas(WINDOWS);

	c.width = BADGE_W, c.height = BADGE_H;
	draw_fill(&c, (struct rect){ 0, 0, BADGE_W, BADGE_H }, THEME_ACCENT);
	draw_text(&c, 8, 3, &font_ui, "a child view", 12, THEME_ACCENT_INK);
	make_glass(&c, (struct rect){ 0, 0, 0, 0 });
}

static void
open_all(void)
{
	for (unsigned i = 0; i < WINDOWS; i++) {
		my.shown[i] = true;
		place(i);
		(void)!gui_title(my.gui, i, my.window[i].title);
		my.dirty[i] = true;
	}
	(void)!gui_title(my.gui, BADGE, "Badge");
}

static void
close_window(unsigned i)
{
	(void)!gui_view(my.gui, i, (struct rect){ 0, 0, 0, 0 }, 0, 0);
	my.shown[i] = false;
	for (unsigned k = 0; k < WINDOWS; k++)
		if (my.shown[k])
			return;
	open_all();
}

static void
add_text(const char *s, uint32_t n)
{
	for (uint32_t i = 0; i < n && my.length < TEXT_MAX; i++)
		my.text[my.length++] = s[i] >= ' ' && s[i] <= '~' ? s[i] : ' ';
	my.dirty[NOTES] = true;
}

static void
key(const struct input_event *ev)
{
	char c = (char)ev->code;

	if (ev->type == INPUT_TEXT && ev->code >= ' ' && ev->code <= '~') {
		add_text(&c, 1);
	} else if (ev->type != INPUT_RELEASE && ev->code == KEY_BACKSPACE && my.length > 0) {
		my.length--;
		my.dirty[NOTES] = true;
	}
}

static void
event_for(unsigned i, int32_t x0, int32_t y0, struct input_event *ev)
{
	struct window *w = &my.window[i];
	struct rect old = w->r;
	enum window_result r = window_event(w, desk(), x0, y0, ev);

	if (ev->type == INPUT_PRESS && ev->code == BTN_LEFT && ev->view == i)
		(void)!gui_stack(my.gui, i, false);
	if (r == WINDOW_CLOSED)
		close_window(i);
	else if (r == WINDOW_CONTENT && i == NOTES)
		key(ev);
	my.dirty[i] |= r == WINDOW_REDRAW || w->r.w != old.w || w->r.h != old.h;
}

static void
handle_input(void)
{
	int32_t x0 = my.shown[0] ? my.window[0].r.x : 0, y0 = my.shown[0] ? my.window[0].r.y : 0;
	struct rect before[WINDOWS];
	struct input_event ev;

	for (unsigned i = 0; i < WINDOWS; i++)
		before[i] = my.window[i].r;
	for (unsigned n = 0; n < INPUT_SLOTS && input_get(&my.input, &ev); n++)
		for (unsigned i = 0; i < WINDOWS; i++) {
			struct input_event copy = ev;

			if (my.shown[i])
				event_for(i, x0, y0, &copy);
		}
	for (unsigned i = 0; i < WINDOWS; i++)
		if (memcmp(&before[i], &my.window[i].r, sizeof before[i]) != 0)
			place(i);
}

static void
handle_mode(void)
{
	(void)!gui_info(my.gui, &my.screen);
	for (unsigned i = 0; i < WINDOWS; i++) {
		window_screen(&my.window[i], desk());
		place(i);
		my.dirty[i] = true;
	}
}

static void
handle_signal(uint64_t bits)
{
	uint8_t *clip = gui_clip(my.use->shared);
	uint32_t n;

	if (bits & GUI_SIGNAL_MODE)
		handle_mode();
	handle_input();
	if (bits & GUI_SIGNAL_COPY) {
		memcpy(clip, my.text, my.length);
		(void)!gui_copy(my.gui, my.length);
	}
	if (bits & GUI_SIGNAL_PASTE && gui_paste(my.gui, &n) == OK)
		add_text((const char *)clip, n);
}

// A number of the argument; *at goes behind it.
static int32_t
number(const char **at)
{
	bool minus = **at == '-';
	int32_t n = 0;

	for (*at += minus; **at >= '0' && **at <= '9' && n < 10000; (*at)++)
		n = n * 10 + (**at - '0');
	*at += **at == ' ';
	return minus ? -n : n;
}

static void
setup(void)
{
	static const struct window plain[WINDOWS] = {
		{ .title = "Notes", .view = 0, .r = { 60, 80, 380, 140 }, .min_w = 160, .min_h = 80,
		  .max_w = MAX_W, .max_h = MAX_H },
		{ .title = "Colours", .view = 1, .r = { 140, 260, 300, 200 },
		  .min_w = 120, .min_h = 100,
		  .max_w = MAX_W, .max_h = MAX_H },
		{ .title = "Fixed", .view = 2, .r = { 90, 500, 220, 90 }, .min_w = 220, .min_h = 90,
		  .max_w = 220, .max_h = 90 },
	};

	my.use = startup_use("gui");
	if (my.use == NULL)
		die("the scenario gives no gui session");
	my.gui.gate = my.use->gate;
	my.input = gui_input(my.use->shared);
	my.glass = strcmp(startup()->name, "glass") == 0;
	if (my.use->shared_size < GUI_PIXELS + (WINDOWS * MAX_H + BADGE_H) * MAX_W * 4 ||
	    gui_info(my.gui, &my.screen) != OK)
		die("the scenario donates too little");
	if ((my.glass ? gui_buffer_alpha : gui_buffer)(my.gui, MAX_W,
	                                               WINDOWS * MAX_H + BADGE_H) != OK)
		die("the buffer was refused");
	memcpy(my.window, plain, sizeof plain);
	const char *argument = startup()->argument;
	int32_t dx = number(&argument), dy = number(&argument);

	for (unsigned i = 0; i < WINDOWS; i++) {
		struct rect *r = &my.window[i].r;

		r->x += dx + (my.glass ? 380 - (int32_t)i * 40 : 0);
		r->y += dy + (my.glass ? 30 : 0);
		window_screen(&my.window[i], desk());
	}
	draw_badge();
	open_all();
}

static void
hear(uint64_t label, uint64_t bits)
{
	(void)label;
	handle_signal(bits);
}

static uint64_t
repaint(void)
{
	for (unsigned i = 0; i < WINDOWS; i++)
		if (my.dirty[i])
			draw(i);
	return DEADLINE_NONE;
}

int
main(void)
{
	setup();
	log_line("ready");
	serve((struct handlers){ .signal = hear, .idle = repaint });
}
