// SPDX-License-Identifier: MIT
// Stacking and painting against a naive painter that asks for each pixel which
// view is on top, over random operations; and the cost of a refresh.  Long: the
// painter, its operations and their comparison belong together.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "nitpicker_world.h"

// The model: views in an array, topmost first.
// r as the client gave it: a child's counts from its parent's corner.
static struct model {
	unsigned s;
	uint32_t i;
	struct rect r;
	int32_t bx, by;
	unsigned band;
	int parent;             // view of the same session, -1: none
} model[SESSIONS * VIEWS];
static unsigned models;
static bool glass[SESSIONS];
static unsigned band[SESSIONS];
static uint32_t buffer_w[SESSIONS], buffer_h[SESSIONS];

// The model as it was when X-ray mode began, r on the screen.
static struct {
	struct model m[SESSIONS * VIEWS];
	unsigned n;
	uint32_t pixels[SESSIONS][BUFFER_W * BUFFER_H], w[SESSIONS], h[SESSIONS];
	bool was_live;          // session 0 had the focus: its pixels may be later ones
	bool lost;              // another screen came
} still;

// The linker sends nitpicker's calls here (nitpicker.mk): how many pixels of the
// screen were written, each time counted.
static int64_t painted;

static void
count(const struct canvas *c, struct rect r, int sign)
{
	r = rect_and(r, c->area);
	if (c->px == world->screen)
		painted += sign * (int64_t)r.w * r.h;
}

#define WRAPPED(type, name, ...) \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

WRAPPED(void, canvas_fill, struct canvas *c, struct rect r, uint32_t colour)
{
	count(c, r, 1);
	__real_canvas_fill(c, r, colour);
}

WRAPPED(void, canvas_surround, struct canvas *c, struct rect r, struct rect hole, uint32_t colour)
{
	count(c, r, 1);
	count(c, hole, -1);
	__real_canvas_surround(c, r, hole, colour);
}

WRAPPED(void, canvas_copy, struct canvas *c, struct rect r, const uint32_t *src, size_t stride,
        row_fn *row, uint32_t tint)
{
	count(c, r, 1);
	__real_canvas_copy(c, r, src, stride, row, tint);
}

WRAPPED(int32_t, canvas_text, struct canvas *c, struct rect clip, struct rect box, int32_t indent,
        const struct text *t, unsigned n)
{
	int32_t end = __real_canvas_text(c, clip, box, indent, t, n);

	box.w = end - box.x < box.w ? end - box.x : box.w;
	count(c, rect_and(clip, box), 1);
	return end;
}

static int
model_find(unsigned s, uint32_t i)
{
	for (unsigned k = 0; k < models; k++)
		if (model[k].s == s && model[k].i == i)
			return (int)k;
	return -1;
}

static void
model_insert(unsigned k, struct model m)
{
	memmove(&model[k + 1], &model[k], (models++ - k) * sizeof m);
	model[k] = m;
}

static struct model
model_remove(unsigned k)
{
	struct model m = model[k];

	memmove(&model[k], &model[k + 1], (--models - k) * sizeof m);
	return m;
}

// On the screen.
static struct rect
place(const struct model *m)
{
	struct rect r = m->r;

	if (m->parent >= 0) {
		int p = model_find(m->s, (uint32_t)m->parent);

		r.x += model[p].r.x, r.y += model[p].r.y;
	}
	return r;
}

static bool
inside(struct rect r, int32_t x, int32_t y)
{
	return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

static uint32_t
pixel_of(const struct model *m, int32_t x, int32_t y)
{
	struct rect r = place(m);
	int32_t px = x - r.x + m->bx, py = y - r.y + m->by;

	if (px < 0 || py < 0 || px >= (int32_t)buffer_w[m->s] || py >= (int32_t)buffer_h[m->s])
		return 0xff000000;
	return world->pixels[m->s][(uint32_t)py * buffer_w[m->s] + (uint32_t)px];
}

static int32_t
edge_distance(struct rect r, int32_t x, int32_t y)
{
	struct rect body = shown_body(&world->np);
	int32_t end = body.y + body.h;
	int32_t x0 = r.x > 0 ? r.x : 0, x1 = r.x + r.w < body.w ? r.x + r.w : body.w;
	int32_t y0 = r.y > STRIP ? r.y : STRIP, y1 = r.y + r.h < end ? r.y + r.h : end;
	int32_t d = x - x0;

	d = y - y0 < d ? y - y0 : d;
	d = x1 - 1 - x < d ? x1 - 1 - x : d;
	return y1 - 1 - y < d ? y1 - 1 - y : d;
}

static uint32_t
mix(uint32_t below, uint32_t over)
{
	uint32_t a = over >> 24, out = 0;

	a += a >= 128;
	for (unsigned shift = 0; shift < 24; shift += 8)
		out |= ((below >> shift & 0xff) * (256 - a) +
		        (over >> shift & 0xff) * a) / 256 << shift;
	return out;
}

// Is there a frame in normal mode, and x, y on it?
static bool
on_frame(const struct model *m, int32_t x, int32_t y)
{
	struct rect r = place(m), p;

	if (world->plan[m->s].flags & STARTUP_CLIENT_FRAMELESS)
		return false;
	if (m->parent >= 0) {
		p = place(&model[model_find(m->s, (uint32_t)m->parent)]);
		if (r.x >= p.x + 2 && r.y >= p.y + 2 && r.x + r.w <= p.x + p.w - 2 &&
		    r.y + r.h <= p.y + p.h - 2)
			return false;
	}
	return edge_distance(r, x, y) < 2;
}

// In normal mode, from model[k] on downwards, with `depth` glass views above.
static uint32_t
seen(unsigned k, int32_t x, int32_t y, unsigned depth)
{
	while (k < models && !inside(place(&model[k]), x, y))
		k++;
	if (k == models)
		return COLOUR_DESKTOP;
	uint32_t v = pixel_of(&model[k], x, y);

	if (on_frame(&model[k], x, y))
		return world->session[model[k].s]->colour;

	if (!glass[model[k].s] || depth == 2)
		return v & 0xffffff;
	uint32_t below = seen(k + 1, x, y, depth + 1);
	return v >> 24 == 0xff ? v & 0xffffff : mix(below, v);
}

static void
still_begins(void)
{
	still.n = models;
	still.was_live = still.lost = false;
	for (unsigned k = 0; k < models; k++) {
		still.m[k] = model[k];
		still.m[k].r = place(&model[k]);
	}
	for (unsigned s = 0; s < SESSIONS; s++) {
		memcpy(still.pixels[s], world->pixels[s], sizeof still.pixels[s]);
		still.w[s] = buffer_w[s], still.h[s] = buffer_h[s];
	}
}

static uint32_t
still_pixel(const struct model *m, int32_t x, int32_t y)
{
	bool live = m->s == 0 && world->np.focus == world->session[0];
	uint32_t w = live ? buffer_w[0] : still.w[m->s], h = live ? buffer_h[0] : still.h[m->s];
	uint32_t px = (uint32_t)(x - m->r.x + m->bx), py = (uint32_t)(y - m->r.y + m->by);

	return px >= w || py >= h ? 0 : (live ? world->pixels[0] : still.pixels[m->s])[py * w + px];
}

// What is at x, y; in X-ray mode labels are checked elsewhere: UINT32_MAX.
static uint32_t
expected(int32_t x, int32_t y)
{
	const struct model *m = still.m;

	if (!world->np.xray)
		return seen(0, x, y, 0);
	if (inside(world->np.still.legend, x, y))
		return UINT32_MAX;
	for (unsigned s = 0; s < SESSIONS; s++)
		if (inside(world->session[s]->label, x, y))
			return UINT32_MAX;
	while (m < still.m + still.n && !inside(m->r, x, y))
		m++;
	if (m == still.m + still.n)
		return COLOUR_DESKTOP_XRAY;
	struct session *s = world->session[m->s];

	if (inside(s->views[m->i].label, x, y))
		return UINT32_MAX;
	struct rect shown = rect_and(m->r, world->np.still.body);
	int32_t d = edge_distance(m->r, x, y);
	bool live = m->s == 0 && world->np.focus == s;

	if (shown.w <= 14 || shown.h <= 14)
		return s->colour;
	if (d < 3)
		return d < 1 ? COLOUR_BLACK : world->np.focus == s ? COLOUR_WHITE : s->colour;
	if (d < 7)
		return world->np.spot == s ? COLOUR_BLACK : s->colour;
	if (m->s == 0 && still.was_live && !live)
		return UINT32_MAX;
	return still.lost && !live ? s->tint :
		((still_pixel(m, x, y) >> 2) & 0x3f3f3f) + s->tint;
}

static void
compare(void)
{
	for (int32_t y = STRIP; y < SCREEN_H; y++)
		for (int32_t x = 0; x < SCREEN_W; x++) {
			uint32_t want = expected(x, y);
			uint32_t got = world->screen[y * SCREEN_W + x] & 0xffffff;

			if (inside(world->np.pointer, x, y) || want == UINT32_MAX || want == got)
				continue;
			fail_msg("pixel %d,%d is %06x, not %06x", x, y, got, want);
		}
}

// The user does not wait for the painting to end.
static void
interfere(void)
{
	static const struct input_event what[] = {
		{ INPUT_RELATIVE, 0, 0, 11, -7 }, { INPUT_PRESS, 0, BTN_LEFT, 0, 0 },
		{ INPUT_RELEASE, 0, BTN_LEFT, 0, 0 }, { INPUT_PRESS, 0, KEY_TAB, 0, 0 },
		{ INPUT_RELATIVE, 0, 0, 31, 17 }, { INPUT_RELATIVE, 0, 0, -23, -29 },
	};

	if (world_random(40) > 0)
		return;
	route_event(&world->np, &what[world_random(sizeof what / sizeof what[0])]);
	pointer_move(&world->np);
}

// Labels lie in the visible part of their view, and the pointer and the strip
// are what they are on a screen painted afresh.
static void
compare_own(void)
{
	static uint32_t copy[SCREEN_W * SCREEN_H];

	for (unsigned k = 0; k < still.n && world->np.xray; k++) {
		struct rect l = world->session[still.m[k].s]->views[still.m[k].i].label;

		for (int32_t y = l.y; y < l.y + l.h; y++)
			for (int32_t x = l.x; x < l.x + l.w; x++) {
				assert_true(inside(still.m[k].r, x, y));
				assert_true(inside(world->np.still.body, x, y));
				for (unsigned a = 0; a < k; a++)
					assert_false(inside(still.m[a].r, x, y));
			}
	}
	if (world->np.xray)
		return;         // nothing is read again
	memcpy(copy, world->screen, sizeof copy);
	memset(world->screen, 0x55, sizeof copy);
	world->between = NULL;
	paint_all(&world->np);
	world_settle();
	world->between = interfere;
	for (unsigned i = 0; i < SCREEN_W * SCREEN_H; i++)
		assert_int_equal(copy[i] & 0xffffff, world->screen[i] & 0xffffff);
}

static struct rect
random_rect(void)
{
	int32_t x = (int32_t)world_random(SCREEN_W + 80) - 40;
	int32_t y = (int32_t)world_random(SCREEN_H + 80) - 40;

	if (world_random(16) == 0)
		return (struct rect){ -GUI_POSITION_MAX, -GUI_POSITION_MAX,
		                      GUI_SIZE_MAX, GUI_SIZE_MAX };
	if (world_random(16) == 0)
		return (struct rect){ x - 4096, y - 4096, GUI_SIZE_MAX, GUI_SIZE_MAX };
	return (struct rect){ x, y, (int32_t)world_random(110), (int32_t)world_random(90) };
}

static void
random_view(unsigned s, uint32_t i)
{
	struct rect r = random_rect();
	int32_t bx = (int32_t)world_random(60) - 20, by = (int32_t)world_random(60) - 20;
	int k = model_find(s, i), parent = world_random(3) == 0 ? (int)world_random(VIEWS) : -1;
	int p = parent >= 0 ? model_find(s, (uint32_t)parent) : -1;
	bool bad = parent >= 0 &&
		(p < 0 || model[p].parent >= 0 || model[p].band == BAND_BACKGROUND);
	bool none = r.w == 0 && r.h == 0;
	enum err e = world_child(s, i, parent, r, bx, by);

	assert_int_equal(e, bad && !none && k < 0 ? ERR_ARG : OK);
	if (e != OK)
		return;
	if (none) {
		for (unsigned c = k >= 0 ? models : 0; c-- > 0;)
			if (model[c].s == s && (model[c].i == i || model[c].parent == (int)i))
				model_remove(c);
	} else if (k >= 0) {
		model[k].r = r, model[k].bx = bx, model[k].by = by;
	} else {
		// children come just before their parent: the newest first
		unsigned at = p >= 0 ? (unsigned)p : 0;
		unsigned own = p >= 0 ? model[p].band : band[s];

		while (p < 0 && at < models && model[at].band > own)
			at++;
		while (p >= 0 && at > 0 && model[at - 1].s == s && model[at - 1].parent == parent)
			at--;
		model_insert(at, (struct model){ s, i, r, bx, by, own, parent });
	}
}

static void
random_stack(unsigned s, uint32_t i)
{
	bool back = world_random(2);
	int k = model_find(s, i);

	assert_int_equal(world_stack(s, i, back), k >= 0 ? OK : ERR_ARG);
	if (k < 0)
		return;
	if (model[k].parent >= 0) {
		struct model m = model_remove((unsigned)k);
		unsigned to = (unsigned)model_find(s, (uint32_t)m.parent);

		while (!back && to > 0 && model[to - 1].s == s && model[to - 1].parent == m.parent)
			to--;
		model_insert(to, m);
		return;
	}
	// the view last, its children before it
	struct model group[VIEWS];
	unsigned n = 0;

	for (unsigned c = 0; c < models;)
		if (model[c].s == s && (model[c].i == i || model[c].parent == (int)i))
			group[n++] = model_remove(c);
		else
			c++;
	unsigned to = 0;

	while (to < models && (model[to].band > group[0].band ||
	       (back && model[to].band == group[0].band)))
		to++;
	while (n > 0)
		model_insert(to, group[--n]);
}

static void
random_background(unsigned s, uint32_t i)
{
	int k = model_find(s, i);
	enum err e = world_stack(s, i, GUI_BACKGROUND);

	bool family = k >= 0 && model[k].parent >= 0;
	for (unsigned c = 0; c < models; c++)
		family |= model[c].s == s && model[c].parent == (int)i;
	assert_int_equal(e, k < 0 ? ERR_ARG : s != 3 ? ERR_REFUSED : family ? ERR_ARG : OK);
	if (e != OK)
		return;
	struct model m = model_remove((unsigned)k);
	m.band = BAND_BACKGROUND;
	model_insert(models, m);
}

static uint32_t
random_pixel(void)
{
	static const uint32_t alpha[] = { 0, 1, 64, 127, 128, 200, 254, 255 };

	return world_random(1u << 24) | alpha[world_random(8)] << 24;
}

// The client draws somewhere and says so.
static void
random_refresh(unsigned s)
{
	struct rect r = { (int32_t)world_random(BUFFER_W), (int32_t)world_random(BUFFER_H),
	                  (int32_t)world_random(40), (int32_t)world_random(40) };

	for (int32_t y = r.y; y < r.y + r.h && y < (int32_t)buffer_h[s]; y++)
		for (int32_t x = r.x; x < r.x + r.w && x < (int32_t)buffer_w[s]; x++)
			world->pixels[s][(uint32_t)y * buffer_w[s] + (uint32_t)x] = random_pixel();
	assert_int_equal(world_refresh(s, r), OK);
}

static void
random_operation(void)
{
	unsigned s = world_random(SESSIONS), dice = world_random(100);
	uint32_t i = world_random(VIEWS);

	world->np.now++;
	still.was_live |= world->np.focus == world->session[0];
	if (dice < 30) {
		random_view(s, i);
	} else if (dice < 50) {
		random_stack(s, i);
	} else if (dice < 75) {
		random_refresh(s);
	} else if (dice < 80) {
		buffer_w[s] = world_random(BUFFER_W + 1), buffer_h[s] = world_random(BUFFER_H + 1);
		glass[s] = world_random(2);
		uint64_t mr[] = { buffer_w[s], buffer_h[s], glass[s] };

		assert_int_equal(world_call(s, GUI_BUFFER, 3, mr), OK);
	} else if (dice < 82) {
		random_background(s, i);
	} else if (dice < 85) {
		world_title(s, i, world_random(2) ? "a title" : "");
	} else if (dice < 87) {
		uint64_t since = world->np.still.since;

		world_event(INPUT_PRESS, KEY_F12, 0, 0);
		for (unsigned n = world_random(8); n > 2; n--)
			world_event(INPUT_PRESS, n % 4 == 3 ? KEY_ENTER : KEY_TAB, 0, 0);
		world_event(INPUT_RELEASE, KEY_F12, 0, 0);
		if (world->np.xray && world->np.still.since != since)
			still_begins();
	} else if (dice < 90) {
		world_click(BTN_LEFT);
	} else if (dice < 91) {
		nitpicker_screen(&world->np, world->np.screen);
		still.lost = world->np.xray;
		world_settle();
	} else {
		world_point((int32_t)world_random(SCREEN_W), (int32_t)world_random(SCREEN_H));
	}
}

static void
test_against_model(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 10 * world_rounds(); seed++) {
		world_seed(seed);
		world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
		world->between = interfere;
		models = 0;
		memset(buffer_w, 0, sizeof buffer_w);
		memset(buffer_h, 0, sizeof buffer_h);
		memset(glass, 0, sizeof glass);
		for (unsigned s = 0; s < SESSIONS; s++) {
			band[s] = seed % 2 == 0 ? BAND_NORMAL : BAND_BOTTOM + s % 3;
			world->session[s]->band = band[s];
		}
		for (unsigned n = 0; n < 50000; n++) {
			random_operation();
			if (n % 256 == 0)
				compare();
			if (n % 2048 == 0)
				compare_own();
		}
		world_close();
	}
}

// A refresh writes each pixel once, and only those of the visible part of the
// client's own views (and of the pointer's corner of the screen).
static void
test_refresh_cost(void **state)
{
	(void)state;
	world_seed(7);
	world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
	models = 0;
	for (unsigned s = 0; s < SESSIONS; s++) {
		buffer_w[s] = BUFFER_W, buffer_h[s] = BUFFER_H;
		band[s] = BAND_NORMAL;
		assert_int_equal(world_buffer(s, BUFFER_W, BUFFER_H), OK);
	}
	for (unsigned n = 0; n < 3000; n++) {
		unsigned s = world_random(SESSIONS), written = 0;

		random_view(world_random(SESSIONS), world_random(8));  // each looked at alone
		world_point((int32_t)world_random(SCREEN_W), (int32_t)world_random(SCREEN_H));
		memset(world->screen, 0xee, SCREEN_W * SCREEN_H * 4);
		painted = 0;
		world->np.damage = (struct rect){ 0, 0, 0, 0 };
		assert_int_equal(world_refresh(s, (struct rect){ 0, 0, BUFFER_W, BUFFER_H }), OK);
		for (int32_t y = 0; y < SCREEN_H; y++)
			for (int32_t x = 0; x < SCREEN_W; x++) {
				unsigned k = 0;

				if (world->screen[y * SCREEN_W + x] == 0xeeeeeeee)
					continue;
				written++;
				assert_true(inside(world->np.damage, x, y));
				while (k < models && !inside(place(&model[k]), x, y))
					k++;
				if (!inside(world->np.pointer, x, y))
					assert_true(k < models && model[k].s == s && y >= STRIP);
			}
		// two views may each bring the pointer's part once
		assert_true(painted <= written + VIEWS * POINTER_W * POINTER_H);
		if (!world->np.xray && world->np.pointer.y < STRIP - POINTER_H)
			assert_int_equal(painted, written);
	}
	world_close();
}

// Thousands of views cost their client's memory, no stack.
static void
test_many_views(void **state)
{
	enum { MANY = 3000 };
	(void)state;
	world_seed(3);
	world_open(SCREEN_W, SCREEN_H, MANY, BUFFER_W * BUFFER_H);
	for (uint32_t i = 0; i < MANY; i++) {
		int32_t x = (int32_t)world_random(SCREEN_W), y = (int32_t)world_random(SCREEN_H);
		assert_int_equal(world_view(0, i, (struct rect){ x, y, 1, 1 }, 0, 0), OK);
	}
	assert_int_equal(world_view(0, MANY, (struct rect){ 0, 0, 1, 1 }, 0, 0), ERR_ARG);
	painted = 0;
	paint_all(&world->np);
	world_settle();
	assert_int_equal(painted, SCREEN_W * SCREEN_H);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world_close();
}

static const int64_t odd[] = { 0, 1, -1, 2, 48, 8192, 8193, GUI_POSITION_MAX, GUI_POSITION_MAX + 1,
	-GUI_POSITION_MAX, -GUI_POSITION_MAX - 1, INT32_MAX, INT32_MIN, 1ll << 32, -(1ll << 32),
	INT64_MAX, INT64_MIN };

// Any words whatsoever: an error or what it says, and a failed call changes nothing.
static void
test_hostile_words(void **state)
{
	(void)state;
	world_seed(11);
	world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
	for (unsigned n = 0; n < 300000; n++) {
		static uint8_t before[sizeof(struct session) + VIEWS * sizeof(struct view)];
		unsigned s = world_random(SESSIONS), words = world_random(9);
		uint64_t mr[8];

		for (unsigned k = 0; k < 8; k++)
			mr[k] = (uint64_t)odd[world_random(sizeof odd / sizeof odd[0])];
		memcpy(before, world->session[s], sizeof before);
		if (world_call(s, world_random(GUI_PASTE + 2), words, mr) != OK)
			assert_memory_equal(before, world->session[s], sizeof before);
		if (n % 5000 == 0)
			world_event(INPUT_PRESS, KEY_F12, 0, 0);
		assert_true((uint64_t)world->session[s]->width * world->session[s]->height <=
		            BUFFER_W * BUFFER_H);
	}
	world_close();
}

// The buffer is what fits the shared memory, to the pixel.
static void
test_buffer_size(void **state)
{
	(void)state;
	world_open(SCREEN_W, SCREEN_H, VIEWS, 1000);
	assert_int_equal(world_buffer(0, 10, 100), OK);
	assert_int_equal(world_buffer(0, 7, 143), ERR_ARG);
	assert_int_equal(world_buffer(0, 0x10000, 0x10000), ERR_ARG);
	assert_int_equal(world->session[0]->width, 10);
	assert_int_equal(world->session[0]->height, 100);
	world_close();
}

// The plan says to which band a session's views belong; a session with too little
// memory for one is none.
static void
test_band_of_plan(void **state)
{
	static const struct { uint32_t flags; enum band band; } plan[] = {
		{ 0, BAND_NORMAL }, { STARTUP_CLIENT_TOP, BAND_TOP },
		{ STARTUP_CLIENT_BOTTOM, BAND_BOTTOM }, { STARTUP_CLIENT_HOVER, BAND_NORMAL },
	};

	(void)state;
	world_open(SCREEN_W, SCREEN_H, VIEWS, 1000);
	for (unsigned i = 0; i < 4; i++) {
		world->plan[0].flags = plan[i].flags;
		assert_int_equal(session_init(&world->np, world->session[0], &world->plan[0]), OK);
		assert_int_equal(world->session[0]->band, plan[i].band);
	}
	world->plan[0].private_size = sizeof(struct session) + sizeof(struct view) - 1;
	assert_int_equal(session_init(&world->np, world->session[0], &world->plan[0]), ERR_ARG);
	world_close();
}

static void
test_rect(void **state)
{
	struct rect max = { INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX };
	struct rect one = { 5, 5, 1, 1 }, none = { 0, 0, -5, 9 }, out[4];
	struct rect far = { INT32_MAX - 1, INT32_MAX - 1, INT32_MAX, INT32_MAX };

	(void)state;
	assert_true(rect_empty(rect_and(max, far)));
	assert_true(rect_equal(rect_and(far, far), far));
	assert_true(rect_empty(rect_and(none, (struct rect){ -9, -9, 90, 90 })));
	assert_false(rect_has(one, 4, 5));
	assert_true(rect_has(one, 5, 5));
	assert_int_equal(rect_cut((struct rect){ 0, 0, 10, 10 }, one, out), 4);
	int32_t area = 0;
	for (unsigned i = 0; i < 4; i++)
		area += out[i].w * out[i].h;
	assert_int_equal(area, 99);
	assert_int_equal(rect_cut(one, one, out), 0);
	assert_int_equal(rect_cut(one, (struct rect){ 0, 0, 0, 0 }, out), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rect), cmocka_unit_test(test_against_model),
		cmocka_unit_test(test_refresh_cost), cmocka_unit_test(test_many_views),
		cmocka_unit_test(test_hostile_words), cmocka_unit_test(test_buffer_size),
		cmocka_unit_test(test_band_of_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
