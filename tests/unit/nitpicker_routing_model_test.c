// SPDX-License-Identifier: MIT
// Input routing: random events (lost releases, attention keys, selection by key,
// clipboard chords, lock-outs) against a model that keeps the receiver of each held code.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "nitpicker_world.h"

static const uint32_t attention[] = { KEY_F12, KEY_SCROLLLOCK, KEY_F11, KEY_SYSRQ };

// The model: who was told of what is held, session number + 1, 0 = nobody.
static struct {
	uint8_t holder[KEY_COUNT];
	bool held[KEY_COUNT];
	unsigned buttons;       // held
	bool kill;
	uint32_t chord;         // the X-ray key that is down
	unsigned spot;          // selected
} model;
static bool pressed[SESSIONS][KEY_COUNT];       // as the clients see it

static void
setup(unsigned seed)
{
	world_seed(seed);
	world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
	for (unsigned s = 0; s < 3; s++) {
		assert_int_equal(world_buffer(s, 40, 40), OK);
		struct rect r = { (int32_t)s * 50, 40, 40, 40 };

		assert_int_equal(world_view(s, 0, r, 0, 0), OK);
	}
	world->np.now = 1000 * KHZ;
	memset(&model, 0, sizeof model);
	memset(pressed, 0, sizeof pressed);
}

static unsigned
number(const struct session *s)
{
	for (unsigned i = 0; i < SESSIONS; i++)
		if (s != NULL && world->session[i] == s)
			return i + 1;
	return 0;
}

// Of buttons, while one is held.
static unsigned
model_receiver(void)
{
	for (unsigned code = BTN_LEFT; code < KEY_COUNT; code++)
		if (model.held[code])
			return model.holder[code];
	return 0;
}

static void
model_release(uint32_t code)
{
	model.buttons -= model.held[code] && code >= BTN_LEFT;
	model.held[code] = false;
}

// The focus goes elsewhere: keys that are held are nobody's.
static void
model_refocus(void)
{
	for (unsigned code = 0; code < BTN_LEFT; code++)
		model.held[code] = false;
}

static bool
is_attention(uint32_t code)
{
	for (unsigned i = 0; i < 4; i++)
		if (code == attention[i])
			return true;
	return false;
}

// Who owns what is shown under the pointer?  A hatched rectangle is nobody's.
static struct session *
model_under(void)
{
	const struct view *v = stack_at(&world->np, world->np.x, world->np.y);

	return v != NULL && !v->session->locked_out ? v->session : NULL;
}

// Is the pointer over the strip or the legend?
static bool
model_own(void)
{
	return !rect_has(shown_body(&world->np), world->np.x, world->np.y);
}

// What a click in kill mode is about: a line of the legend is as good as a view.
static struct session *
model_kill_target(void)
{
	struct session *s = legend_at(&world->np, world->np.x, world->np.y);

	return s == NULL ? model_under() : s->locked_out ? NULL : s;
}

// Who must get this press?
static unsigned
model_press(uint32_t code)
{
	struct nitpicker *np = &world->np;

	model_release(code);
	unsigned under = model_own() ? 0 : number(model_under());
	unsigned to = code < BTN_LEFT ? number(np->focus) : model.buttons > 0 ? model_receiver() :
		model.kill ? 0 : under;

	if (code >= BTN_LEFT && model.buttons == 0 && !model.kill && !model_own() &&
	    under != number(np->focus))
		model_refocus();
	model.held[code] = true, model.buttons += code >= BTN_LEFT;
	model.holder[code] = (uint8_t)to;
	return to;
}

// One client's side of the story: presses and releases pair up.
static void
client_check(unsigned s, const struct input_event *ev)
{
	assert_false(world->session[s]->locked_out);
	if (ev->type == INPUT_PRESS || ev->type == INPUT_RELEASE || ev->type == INPUT_REPEAT)
		assert_false(is_attention(ev->code));
	if (ev->type == INPUT_PRESS) {
		assert_false(pressed[s][ev->code]);
		pressed[s][ev->code] = true;
	} else if (ev->type == INPUT_RELEASE) {
		assert_true(pressed[s][ev->code]);
		pressed[s][ev->code] = false;
	} else if (ev->type == INPUT_REPEAT) {
		assert_true(pressed[s][ev->code]);
	}
}

// Who got something of `type` since the last time (number + 1); at most one may.
static unsigned
collect(uint16_t type)
{
	unsigned who = 0;
	struct input_event ev;

	for (unsigned s = 0; s < SESSIONS; s++)
		while (input_get(&world->client[s], &ev)) {
			client_check(s, &ev);
			if (ev.type != type)
				continue;
			assert_int_equal(who, 0);
			who = s + 1;
		}
	return who;
}

static void
model_reset(void)
{
	memset(model.held, 0, sizeof model.held);
	model.buttons = 0;
	model.chord = 0;
}

static void
step_attention(uint32_t code)
{
	bool xray = world->np.xray, kill = model.kill;
	bool is_kill = code == KEY_F11 || code == KEY_SYSRQ;

	world_event(INPUT_PRESS, code, 0, 0);
	assert_int_equal(collect(INPUT_PRESS), 0);
	if (is_kill)
		model.kill = !kill, model_reset();
	else
		model.chord = code;
	model.spot = 0;
	assert_int_equal(world->np.xray, is_kill ? xray : !xray);
	assert_int_equal(world->np.kill, model.kill);
}

// Only nitpicker gets these.
static void
step_own_key(uint32_t code)
{
	struct session *focus = world->np.focus, *spot = world->np.spot;
	unsigned other = number(focus);
	bool was_kill = model.kill;

	for (unsigned s = 0; s < SESSIONS; s++)
		world->signals[s] = 0;
	world_event(INPUT_PRESS, code, 0, 0);
	assert_int_equal(collect(INPUT_PRESS), 0);
	if (code == KEY_TAB) {
		do
			model.spot = (model.spot + 1) % (SESSIONS + 1);
		while (model.spot > 0 && (world->session[model.spot - 1]->locked_out ||
		                          (!model.kill && model.spot == SESSIONS)));
		assert_true(model.kill || world->np.xray);
	} else if (code == KEY_ESC && model.kill) {
		model.kill = false, model_reset(), model.spot = 0;
	} else if (code == KEY_ENTER && spot != NULL) {
		model.spot = 0;
		if (!model.kill && spot != focus)
			model_refocus();
		if (model.kill)
			assert_true(spot->locked_out);
		else
			assert_ptr_equal(world->np.focus, spot);
		if (model.kill && spot == focus)
			focus = NULL;
	}
	if (code != KEY_ENTER || model.kill)
		assert_ptr_equal(world->np.focus, focus);
	assert_int_equal(world->np.kill, model.kill);
	assert_int_equal(number(world->np.spot), model.spot);
	for (unsigned s = 0; s < SESSIONS; s++)
		assert_int_equal(world->signals[s],
		                 code == KEY_C && !was_kill && s + 1 == other ?
				 GUI_SIGNAL_COPY : 0);
}

static void
step_press(uint32_t code)
{
	struct session *old = world->np.focus;
	bool free = model.buttons == 0 || (model.buttons == 1 && model.held[code]);

	if (code < BTN_LEFT && (model.kill || model.chord)) {
		step_own_key(code);
		return;
	}
	unsigned to = model_press(code);
	struct session *under = model.kill ? model_kill_target() : model_under();
	bool rested = world->np.now - world->np.spot_since >= 300 * KHZ;

	world_event(INPUT_PRESS, code, 0, 0);
	assert_int_equal(collect(INPUT_PRESS), to);
	if (model.kill) {
		if (code == BTN_LEFT && number(under) != model.spot)
			model.spot = number(under);     // asks
		else if (code == BTN_LEFT && rested && under != NULL)
			assert_true(under->locked_out), model.spot = 0;
		else
			assert_true(under == NULL || !under->locked_out);
		assert_int_equal(world->np.kill, model.kill);
		assert_int_equal(number(world->np.spot), model.spot);
	} else if (code < BTN_LEFT || !free || model_own()) {
		assert_ptr_equal(world->np.focus, old);
	} else {
		assert_ptr_equal(world->np.focus, under);
	}
	world_event(INPUT_TEXT, 'a', 0, 0);
	assert_int_equal(collect(INPUT_TEXT), code < BTN_LEFT && model.held[code] ? to : 0);
}

static void
step_release(uint32_t code)
{
	unsigned to = model.held[code] ? model.holder[code] : 0;

	if (code == model.chord)
		model.chord = 0, model.spot = model.kill ? model.spot : 0;
	world_event(INPUT_RELEASE, code, 0, 0);
	assert_int_equal(collect(INPUT_RELEASE), to);
	assert_int_equal(number(world->np.spot), model.spot);
	model_release(code);
}

static void
step_repeat(uint32_t code)
{
	unsigned to = model.held[code] && code < BTN_LEFT ? model.holder[code] : 0;

	world_event(INPUT_REPEAT, code, 0, 0);
	assert_int_equal(collect(INPUT_REPEAT), to);
	world_event(INPUT_TEXT, 'b', 0, 0);
	assert_int_equal(collect(INPUT_TEXT), to);
}

static void
step_motion(void)
{
	const struct session *under;
	unsigned to = 0;

	world_event(INPUT_RELATIVE, 0, (int32_t)world_random(200) - 100,
	            (int32_t)world_random(160) - 80);
	under = model_under();
	if (model.kill)
		to = 0;
	else if (model.buttons > 0)
		to = model_receiver();
	else if (under != NULL && (under == world->np.focus || number(under) == 3))
		to = number(under);
	assert_int_equal(collect(INPUT_MOTION), to);
}

static void
step_view(void)
{
	unsigned s = world_random(3);
	struct rect r = { (int32_t)s * 50, 40, 40, 40 };

	(void)!world_view(s, 0, r, (int32_t)world_random(9) + 1, 0);
}

static void
step_reset(void)
{
	world_event(INPUT_RESET, 0, 0, 0);
	(void)collect(INPUT_NONE);
	for (unsigned s = 0; s < SESSIONS; s++)
		for (unsigned k = 0; k < KEY_COUNT; k++)
			assert_false(pressed[s][k]);
	model_reset();
}

static void
random_step(void)
{
	static const uint32_t codes[] = { KEY_A, KEY_S, KEY_LEFTCTRL, KEY_ESC, KEY_F12, KEY_F11,
		KEY_SCROLLLOCK, KEY_SYSRQ, BTN_LEFT, BTN_RIGHT, BTN_LEFT, KEY_COUNT - 1,
		KEY_TAB, KEY_TAB, KEY_ENTER, KEY_C };
	uint32_t code = codes[world_random(16)], dice = world_random(10);

	world->np.now += world_random(4) > 0 ? 1 : 300 * KHZ;
	if (dice < 4) {
		if (is_attention(code))
			step_attention(code);
		else
			step_press(code);
	} else if (dice < 7) {
		step_release(code);     // one in some never comes
	} else if (dice < 8) {
		step_repeat(code);
	} else if (world_random(20) > 0) {
		step_motion();
	} else if (world_random(2) > 0) {
		step_view();
	} else {
		step_reset();
	}
}

static void
forget_locked_out(void)
{
	for (unsigned k = 0; k < KEY_COUNT; k++)
		if (model.holder[k] > 0 && world->session[model.holder[k] - 1]->locked_out)
			model.holder[k] = 0;
}

static void
test_against_model(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2000 * world_rounds(); round++) {
		setup(round + 100);
		for (unsigned n = 0; n < 250; n++) {
			random_step();
			forget_locked_out();
		}
		world_close();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_against_model) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
