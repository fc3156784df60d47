// SPDX-License-Identifier: MIT
// Input routing: named cases, then random events (lost releases, attention
// keys, lock-outs) against a model that keeps the receiver of each held code.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "nitpicker_world.h"

static const uint32_t attention[] = { KEY_F12, KEY_SCROLLLOCK, KEY_F11, KEY_SYSRQ };

static int
setup(void **state)
{
	(void)state;
	world_seed(1);
	world_open(SCREEN_W, SCREEN_H, VIEWS, BUFFER_W * BUFFER_H);
	for (unsigned s = 0; s < 3; s++) {
		assert_int_equal(world_buffer(s, 40, 40), OK);
		assert_int_equal(world_view(s, 0, (struct rect){ (int32_t)s * 50, 40, 40, 40 }, 0, 0), OK);
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	world_close();
	return 0;
}

static void
point_at(unsigned s)
{
	world_point((int32_t)s * 50 + 10, 50);
}

static void
flush(void)
{
	struct input_event ev;

	for (unsigned s = 0; s < SESSIONS; s++)
		while (input_get(&world->client[s], &ev))
			;
}

// The next event of session s.
static void
expect(unsigned s, uint16_t type, uint32_t code)
{
	struct input_event ev;

	assert_true(input_get(&world->client[s], &ev));
	assert_int_equal(ev.type, type);
	assert_int_equal(ev.code, code);
}

static void
expect_nothing(void)
{
	struct input_event ev;

	for (unsigned s = 0; s < SESSIONS; s++)
		assert_false(input_get(&world->client[s], &ev));
}

static void
focus(unsigned s)
{
	point_at(s);
	world_click(BTN_LEFT);
	flush();
}

static void
test_focus_by_click(void **state)
{
	(void)state;
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_TEXT, 'a', 0, 0);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	expect_nothing();
	point_at(0);
	world_click(BTN_LEFT);
	expect(0, INPUT_FOCUS, 1);
	expect(0, INPUT_PRESS, BTN_LEFT);
	expect(0, INPUT_RELEASE, BTN_LEFT);
	assert_string_equal(world->log, "focus signer");
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_TEXT, 'a', 0, 0);
	expect(0, INPUT_PRESS, KEY_A);
	expect(0, INPUT_TEXT, 'a');
	expect_nothing();
	assert_true(world->wakes[0] > 0 && world->wakes[1] == 0);
}

// While a key is held, a click elsewhere moves nothing; the click goes to the
// receiver of the key.
static void
test_receiver_stays(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_LEFTCTRL, 0, 0);
	point_at(1);
	flush();
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	world_event(INPUT_RELEASE, KEY_LEFTCTRL, 0, 0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	expect(0, INPUT_PRESS, BTN_LEFT);
	expect(0, INPUT_RELEASE, KEY_LEFTCTRL);
	expect(0, INPUT_PRESS, KEY_A);
	expect(0, INPUT_RELEASE, BTN_LEFT);
	expect(0, INPUT_RELEASE, KEY_A);
	expect(0, INPUT_LEAVE, 0);
	expect_nothing();
	world_click(BTN_LEFT);
	expect(0, INPUT_FOCUS, 0);
	expect(1, INPUT_FOCUS, 1);
}

static void
test_drag_outside(void **state)
{
	struct input_event ev;

	(void)state;
	focus(0);
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	flush();
	world_point(155, 5);
	assert_true(input_get(&world->client[0], &ev));
	assert_int_equal(ev.type, INPUT_MOTION);
	assert_int_equal(ev.x, 155);
	assert_int_equal(ev.y, 5 - 40);
	assert_int_equal(ev.view, NO_VIEW);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	expect(0, INPUT_RELEASE, BTN_LEFT);
	expect(0, INPUT_LEAVE, 0);
	world_point(154, 5);
	expect_nothing();
}

// Motion and wheel over another's view are seen only with the scenario's leave.
static void
test_hover(void **state)
{
	(void)state;
	focus(0);
	point_at(1);
	flush();
	world_point(61, 51);
	world_event(INPUT_WHEEL, 0, 0, 1);
	expect_nothing();
	point_at(2);
	world_event(INPUT_WHEEL, 0, 0, 1);
	expect(2, INPUT_MOTION, 0);
	expect(2, INPUT_WHEEL, 0);
	world_point(61, 51);
	expect(2, INPUT_LEAVE, 0);
	expect_nothing();
}

static void
test_attention_while_held(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	expect(0, INPUT_PRESS, KEY_A);
	for (unsigned i = 0; i < 4; i++) {
		bool xray = world->np.xray, kill = world->np.kill;

		flush();
		world_event(INPUT_PRESS, attention[i], 0, 0);
		world_event(INPUT_TEXT, 'x', 0, 0);
		world_event(INPUT_REPEAT, attention[i], 0, 0);
		world_event(INPUT_TEXT, 'x', 0, 0);
		world_event(INPUT_RELEASE, attention[i], 0, 0);
		if (i == 2) {           // kill mode ends what is held
			expect(0, INPUT_RELEASE, KEY_A);
			expect(0, INPUT_LEAVE, 0);
		}
		expect_nothing();
		assert_int_equal(world->np.xray, i < 2 ? !xray : xray);
		assert_int_equal(world->np.kill, i < 2 ? kill : !kill);
	}
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	expect_nothing();
}

static void
test_lost_release(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	expect(0, INPUT_PRESS, KEY_A);
	expect(0, INPUT_RELEASE, KEY_A);
	expect(0, INPUT_PRESS, KEY_A);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	expect(0, INPUT_RELEASE, KEY_A);
	expect_nothing();
	// stuck for good: kill mode, entered and left, frees the focus
	world_event(INPUT_PRESS, KEY_S, 0, 0);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	world_event(INPUT_PRESS, KEY_ESC, 0, 0);
	assert_false(world->np.kill);
	focus(1);
	assert_ptr_equal(world->np.focus, world->session[1]);
	world_event(INPUT_RELEASE, KEY_ESC, 0, 0);
	world_event(INPUT_RELEASE, KEY_S, 0, 0);
	expect_nothing();
}

static void
test_kill(void **state)
{
	struct input_event ev;

	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_SYSRQ, 0, 0);
	assert_string_equal(world->log, "kill mode on");
	flush();
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_TEXT, 'a', 0, 0);
	point_at(0);
	world_click(BTN_RIGHT);
	expect_nothing();
	world_click(BTN_LEFT);
	assert_string_equal(world->log, "locked out signer");
	assert_null(world->np.focus);
	assert_int_equal(world_view(0, 0, (struct rect){ 0, 40, 9, 9 }, 0, 0), ERR_GONE);
	assert_int_equal(world_call(0, GUI_INFO, 0, NULL), ERR_GONE);
	assert_null(stack_at(&world->np, 10, 50));
	world_event(INPUT_PRESS, KEY_ESC, 0, 0);
	assert_string_equal(world->log, "kill mode off");
	point_at(0);
	world_click(BTN_LEFT);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	assert_false(input_get(&world->client[0], &ev));
	assert_int_equal(world_view(1, 0, (struct rect){ 50, 40, 9, 9 }, 0, 0), OK);
}

static void
test_full_ring(void **state)
{
	struct input_ring *ring = (struct input_ring *)(uintptr_t)world->plan[0].shared;

	(void)state;
	focus(0);
	for (unsigned i = 0; i < 2 * INPUT_SLOTS; i++) {
		world_event(INPUT_PRESS, KEY_A, 0, 0);
		world_event(INPUT_RELEASE, KEY_A, 0, 0);
	}
	assert_int_equal(ring->dropped, 3 * INPUT_SLOTS);
	// a consumer that lies about its place
	ring->head = 12345678;
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	ring->head = ring->tail + 5;
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	flush();
	focus(1);
	assert_ptr_equal(world->np.focus, world->session[1]);
}

static void
test_confirm(void **state)
{
	struct nitpicker *np = &world->np;

	(void)state;
	np->now = 1000000;
	assert_int_equal(world_view(0, 0, (struct rect){ 0, 30, 40, 40 }, 0, 0), OK);
	assert_int_equal(world_confirm(0, 0, 0), ERR_REFUSED);          // not focused
	world_point(10, 50);
	world_click(BTN_LEFT);
	assert_int_equal(world_confirm(0, 0, 0), OK);
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	np->now += 400 * KHZ - 1;
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	np->now++;
	assert_int_equal(world_confirm(0, 0, 400), OK);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	assert_int_equal(world_confirm(0, 0, 400), OK);                 // X-ray or not
	assert_int_equal(world_confirm(0, 1, 400), ERR_ARG);
	assert_int_equal(world_confirm(0, 0, UINT64_MAX), ERR_ARG);
	// an overlay of one pixel, and the time since it went away
	assert_int_equal(world_view(1, 1, (struct rect){ 39, 69, 1, 1 }, 0, 0), OK);
	np->now += 500 * KHZ;
	assert_int_equal(world_confirm(0, 0, 0), ERR_REFUSED);
	assert_int_equal(world_view(1, 1, (struct rect){ 40, 69, 1, 1 }, 0, 0), OK);
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	np->now += 400 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), OK);
	// another's view below, moved or raised
	assert_int_equal(world_stack(0, 0, 0), OK);
	np->now += 400 * KHZ;
	assert_int_equal(world_view(1, 1, (struct rect){ 30, 60, 5, 5 }, 0, 0), OK);
	assert_int_equal(world_confirm(0, 0, 400), OK);
	assert_int_equal(world_stack(1, 1, 0), OK);
	assert_int_equal(world_stack(1, 1, 1), OK);
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	np->now += 400 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), OK);
	// partly outside of the screen, under the strip
	assert_int_equal(world_view(0, 0, (struct rect){ -1, 30, 40, 40 }, 0, 0), OK);
	np->now += 500 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	assert_int_equal(world_view(0, 0, (struct rect){ 0, STRIP - 1, 40, 40 }, 0, 0), OK);
	np->now += 500 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
}

// Focus gained a moment ago: too early.
static void
test_confirm_focus(void **state)
{
	(void)state;
	world->np.now = 5000 * KHZ;
	focus(1);
	world->np.now += 1000 * KHZ;
	focus(0);
	world->np.now += 100 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), ERR_REFUSED);
	world->np.now += 300 * KHZ;
	assert_int_equal(world_confirm(0, 0, 400), OK);
	assert_int_equal(world_confirm(1, 0, 0), ERR_REFUSED);
}

// The model: who holds what, session number + 1, 0 = nobody.
static struct { uint8_t holder[KEY_COUNT]; bool held[KEY_COUNT]; unsigned count; bool kill; }
	model;
static bool pressed[SESSIONS][KEY_COUNT];       // as the clients see it

static unsigned
number(const struct session *s)
{
	for (unsigned i = 0; i < SESSIONS; i++)
		if (s != NULL && world->session[i] == s)
			return i + 1;
	return 0;
}

static unsigned
model_receiver(void)
{
	for (unsigned code = 0; code < KEY_COUNT; code++)
		if (model.held[code])
			return model.holder[code];
	return 0;
}

static bool
is_attention(uint32_t code)
{
	for (unsigned i = 0; i < 4; i++)
		if (code == attention[i])
			return true;
	return false;
}

// Who must get this press?
static unsigned
model_press(uint32_t code)
{
	struct nitpicker *np = &world->np;
	const struct view *v = stack_at(np, np->x, np->y);

	if (model.held[code])
		model.held[code] = false, model.count--;
	unsigned to = model.count > 0 ? model_receiver() : model.kill ? 0 :
		code < BTN_LEFT ? number(np->focus) : np->y < STRIP ? 0 :
		v != NULL ? number(v->session) : 0;

	model.held[code] = true, model.count++;
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
	model.count = 0;
}

static void
step_attention(uint32_t code)
{
	bool xray = world->np.xray, kill = model.kill, is_kill = code == KEY_F11 || code == KEY_SYSRQ;

	world_event(INPUT_PRESS, code, 0, 0);
	assert_int_equal(collect(INPUT_PRESS), 0);
	if (is_kill)
		model.kill = !kill, model_reset();
	assert_int_equal(world->np.xray, is_kill ? xray : !xray);
	assert_int_equal(world->np.kill, model.kill);
}

static void
step_press(uint32_t code)
{
	struct session *old = world->np.focus;
	bool free = model.count == 0 || (model.count == 1 && model.held[code]);
	unsigned to = model_press(code);
	const struct view *v = stack_at(&world->np, world->np.x, world->np.y);
	struct session *under = v != NULL ? v->session : NULL;

	world_event(INPUT_PRESS, code, 0, 0);
	assert_int_equal(collect(INPUT_PRESS), model.kill ? 0 : to);
	if (model.kill) {
		if (code == KEY_ESC)
			model.kill = false, model_reset();
		else if (code == BTN_LEFT && under != NULL)
			assert_true(under->locked_out);
		assert_int_equal(world->np.kill, model.kill);
	} else if (code < BTN_LEFT || !free || world->np.y < STRIP) {
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

	world_event(INPUT_RELEASE, code, 0, 0);
	assert_int_equal(collect(INPUT_RELEASE), to);
	if (model.held[code])
		model.held[code] = false, model.count--;
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
	const struct view *v;
	unsigned to = 0;

	world_event(INPUT_RELATIVE, 0, (int32_t)world_random(200) - 100,
	            (int32_t)world_random(160) - 80);
	v = stack_at(&world->np, world->np.x, world->np.y);
	if (model.kill)
		to = 0;
	else if (model.count > 0)
		to = model_receiver();
	else if (v != NULL && (v->session == world->np.focus || number(v->session) == 3))
		to = number(v->session);
	assert_int_equal(collect(INPUT_MOTION), to);
}

static void
random_step(void)
{
	static const uint32_t codes[] = { KEY_A, KEY_S, KEY_LEFTCTRL, KEY_ESC, KEY_F12, KEY_F11,
		KEY_SCROLLLOCK, KEY_SYSRQ, BTN_LEFT, BTN_RIGHT, BTN_LEFT, KEY_COUNT - 1 };
	uint32_t code = codes[world_random(12)], dice = world_random(10);

	world->np.now++;
	if (dice < 4) {
		if (is_attention(code))
			step_attention(code);
		else
			step_press(code);
	} else if (dice < 7) {
		step_release(code);     // one in some never comes
	} else if (dice < 8) {
		step_repeat(code);
	} else {
		step_motion();
	}
}

static void
test_against_model(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		assert_int_equal(setup(NULL), 0);
		world_seed(round + 100);
		memset(&model, 0, sizeof model);
		memset(pressed, 0, sizeof pressed);
		for (unsigned n = 0; n < 250; n++) {
			random_step();
			for (unsigned s = 0; s < SESSIONS; s++)
				for (unsigned k = 0; world->session[s]->locked_out && k < KEY_COUNT; k++)
					if (model.holder[k] == s + 1)
						model.holder[k] = 0;
		}
		world_close();
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_focus_by_click), CASE(test_receiver_stays), CASE(test_drag_outside),
		CASE(test_hover), CASE(test_attention_while_held), CASE(test_lost_release),
		CASE(test_kill), CASE(test_full_ring), CASE(test_confirm), CASE(test_confirm_focus),
		cmocka_unit_test(test_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
