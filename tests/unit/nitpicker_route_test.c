// SPDX-License-Identifier: MIT
// Input routing and kill mode: named cases.  Long: a list of cases.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <session/reset.h>
#include "nitpicker_world.h"

static const uint32_t attention[] = { KEY_F12, KEY_SCROLLLOCK, KEY_F11, KEY_SYSRQ };

static int
setup(void **state)
{
	(void)state;
	world_open_row(1);
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

// A held or stuck key does not keep a click from whom it is for; what loses the focus is told
// that its keys are released, and nobody gets that release again.
static void
test_receivers(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_LEFTSHIFT, 0, 0);
	expect(0, INPUT_PRESS, KEY_LEFTSHIFT);
	point_at(1);
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	expect(0, INPUT_LEAVE, 0);
	expect(0, INPUT_RELEASE, KEY_LEFTSHIFT);
	expect(0, INPUT_FOCUS, 0);
	expect(1, INPUT_FOCUS, 1);
	expect(1, INPUT_PRESS, BTN_LEFT);
	world_event(INPUT_REPEAT, KEY_LEFTSHIFT, 0, 0);
	world_event(INPUT_TEXT, 'A', 0, 0);
	world_event(INPUT_RELEASE, KEY_LEFTSHIFT, 0, 0);
	expect_nothing();
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	expect(1, INPUT_PRESS, KEY_A);
	// while a button is held buttons stay, keys or not
	point_at(2);
	flush();
	world_event(INPUT_PRESS, BTN_RIGHT, 0, 0);
	expect(1, INPUT_PRESS, BTN_RIGHT);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	world_event(INPUT_RELEASE, BTN_RIGHT, 0, 0);
	expect(1, INPUT_RELEASE, BTN_LEFT);
	expect(1, INPUT_RELEASE, BTN_RIGHT);
	expect(1, INPUT_LEAVE, 0);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	expect(1, INPUT_RELEASE, KEY_A);
	expect_nothing();
}

// The chord lives exactly as long as its key: nothing typed meanwhile, however late, is a
// client's, and what was picked out is so no longer.
static void
test_chord(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world->np.now += 60000ull * KHZ;
	world_event(INPUT_PRESS, KEY_S, 0, 0);
	world_event(INPUT_TEXT, 's', 0, 0);
	world_event(INPUT_RELEASE, KEY_S, 0, 0);
	world_event(INPUT_PRESS, KEY_TAB, 0, 0);
	assert_non_null(world->np.spot);
	expect_nothing();
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);
	assert_null(world->np.spot);
	world_event(INPUT_PRESS, KEY_ENTER, 0, 0);
	expect(0, INPUT_PRESS, KEY_ENTER);
	// its release was lost: the driver's reset ends it
	world_event(INPUT_PRESS, KEY_SCROLLLOCK, 0, 0);
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);      // not that one
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_RESET, 0, 0, 0);
	flush();
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	expect(0, INPUT_PRESS, KEY_A);
}

// What was typed is in no ring any more once it was taken.
static void
test_ring_is_wiped(void **state)
{
	const struct input_ring *ring = world->client[0].ring;
	const struct input_event none = { 0, 0, 0, 0, 0 };

	(void)state;
	focus(0);
	for (uint32_t i = 0; i < 2 * INPUT_SLOTS; i++) {
		world_event(INPUT_PRESS, KEY_A, 0, 0);
		world_event(INPUT_TEXT, 'a', 0, 0);
		flush();
	}
	for (unsigned i = 0; i < INPUT_SLOTS; i++)
		assert_memory_equal(&ring->slot[i], &none, sizeof none);
}

// The driver was started again: what was held is not any more, and its release,
// should it still come, means nothing.
static void
test_driver_reset(void **state)
{
	(void)state;
	focus(0);
	flush();
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	expect(0, INPUT_PRESS, KEY_A);
	expect(0, INPUT_PRESS, BTN_LEFT);
	world_event(INPUT_RESET, 0, 0, 0);
	expect(0, INPUT_RELEASE, KEY_A);
	expect(0, INPUT_RELEASE, BTN_LEFT);
	world_event(INPUT_RESET, 0, 0, 0);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	expect_nothing();
	point_at(1);
	flush();
	world_click(BTN_LEFT);          // nothing is held: the focus moves
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

static void
expect_at(uint16_t type, int32_t x, int32_t y)
{
	struct input_event ev;

	assert_true(input_get(&world->client[0], &ev));
	assert_int_equal(ev.type, type);
	assert_int_equal(ev.x, x);
	assert_int_equal(ev.y, y);
}

// Its window moves while a button is held: positions do not jump, until all are released.
static void
test_drag_moving(void **state)
{
	struct rect r = world->session[0]->views[0].r;

	(void)state;
	focus(0);
	point_at(0);
	int32_t x = world->np.x, y = world->np.y;
	flush();
	world_event(INPUT_PRESS, BTN_LEFT, 0, 0);
	expect_at(INPUT_PRESS, x - r.x, y - r.y);
	for (int32_t i = 1; i < 4; i++) {
		world_point(x + i, y);
		expect_at(INPUT_MOTION, x + i - r.x, y - r.y);
		world_view(0, 0, (struct rect){ r.x + i, r.y, r.w, r.h }, 0, 0);
	}
	world_event(INPUT_PRESS, BTN_RIGHT, 0, 0);
	expect_at(INPUT_PRESS, x + 3 - r.x, y - r.y);
	world_event(INPUT_RELEASE, BTN_LEFT, 0, 0);
	expect_at(INPUT_RELEASE, x + 3 - r.x, y - r.y);
	world_event(INPUT_RELEASE, BTN_RIGHT, 0, 0);
	expect_at(INPUT_RELEASE, x + 3 - r.x, y - r.y);
	world_point(x + 4, y);
	expect_at(INPUT_MOTION, x + 4 - r.x - 3, y - r.y);
	world_event(INPUT_PRESS, KEY_A, 0, 0);          // a key held makes no difference
	expect_at(INPUT_PRESS, 0, 0);
	world_view(0, 0, r, 0, 0);
	world_point(x + 5, y);
	expect_at(INPUT_MOTION, x + 5 - r.x, y - r.y);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);
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
	world_click(BTN_LEFT);          // asks
	assert_ptr_equal(world->np.spot, world->session[0]);
	world->np.now += 300 * KHZ - 1;
	world_click(BTN_LEFT);          // a double click is no answer
	assert_false(world->session[0]->locked_out);
	world->np.now++;
	point_at(1);
	world_click(BTN_LEFT);          // another question
	assert_ptr_equal(world->np.spot, world->session[1]);
	point_at(0);
	world_click(BTN_LEFT);
	world->np.now += 300 * KHZ;
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
	assert_int_equal(world_call(0, SESSION_RESET, 0, NULL), ERR_GONE);
	// it stays as a hatched rectangle, which cannot be chosen again
	assert_ptr_equal(stack_at(&world->np, 10, 50)->session, world->session[0]);
	world_click(BTN_LEFT);
	assert_null(world->np.spot);
	world_event(INPUT_PRESS, KEY_ESC, 0, 0);
	assert_null(stack_at(&world->np, 10, 50));
	assert_string_equal(world->log, "kill mode off");
	point_at(0);
	world_click(BTN_LEFT);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	assert_false(input_get(&world->client[0], &ev));
	assert_int_equal(world_view(1, 0, (struct rect){ 50, 40, 9, 9 }, 0, 0), OK);
}

// Kill mode finds also who has no view, whatever it does meanwhile.
static void
test_kill_unseen(void **state)
{
	(void)state;
	assert_int_equal(world_view(1, 0, (struct rect){ 0, 0, 0, 0 }, 0, 0), OK);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	assert_int_equal(world_call(1, SESSION_RESET, 0, NULL), OK);
	for (int i = 0; i < 2; i++)
		world_event(INPUT_PRESS, KEY_TAB, 0, 0);
	assert_int_equal(world_call(1, SESSION_RESET, 0, NULL), OK);
	world_event(INPUT_PRESS, KEY_TAB, 0, 0);
	for (int i = 0; world->np.spot != world->session[1]; i++) {
		assert_true(i < 2 * SESSIONS);
		world_event(INPUT_PRESS, KEY_TAB, 0, 0);
	}
	assert_int_equal(world_call(1, SESSION_RESET, 0, NULL), OK);
	world_event(INPUT_PRESS, KEY_ENTER, 0, 0);
	assert_string_equal(world->log, "locked out mail");
	assert_int_equal(world_call(1, GUI_INFO, 0, NULL), ERR_GONE);
}

// A session for another client: nothing is left of the first one.
static void
test_session_reset(void **state)
{
	struct input_ring *ring = (struct input_ring *)(uintptr_t)world->plan[0].shared;
	struct input_event ev;

	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	world_child(0, 1, 0, (struct rect){ 5, 5, 9, 9 }, 0, 0);
	assert_int_equal(world_call(0, SESSION_RESET, 0, NULL), OK);
	assert_null(world->np.focus);
	assert_null(stack_at(&world->np, 10, 50));
	assert_int_equal(world_title(0, 0, "none"), ERR_ARG);
	assert_int_equal(world_refresh(0, (struct rect){ 0, 0, 96, 64 }), OK);
	for (int32_t y = STRIP; y < SCREEN_H; y++)
		for (int32_t x = 0; x < SCREEN_W; x++)
			assert_true(stack_at(&world->np, x, y) == NULL ||
			            stack_at(&world->np, x, y)->session != world->session[0]);
	assert_int_equal(world->session[0]->width, 0);
	flush();
	// also for one that goes on with the ring as it is
	assert_int_equal(ring->head, ring->tail);
	world->client[0] = gui_input(world->plan[0].shared);
	world->client[0].index = ring->tail;
	assert_int_equal(world_buffer(0, BUFFER_W, BUFFER_H), OK);
	assert_int_equal(world_view(0, 0, (struct rect){ 0, 40, 40, 40 }, 0, 0), OK);
	world_event(INPUT_RELEASE, KEY_A, 0, 0);        // of the first client's press
	assert_false(input_get(&world->client[0], &ev));
	focus(0);
	world_event(INPUT_PRESS, KEY_S, 0, 0);
	while (input_get(&world->client[0], &ev) && ev.type != INPUT_PRESS)
		;
	assert_int_equal(ev.code, KEY_S);
}

// If the plan allows it, the client is destroyed after it was locked out.
static void
test_kill_destroys(void **state)
{
	(void)state;
	world->plan[0].destroy = 5;
	session_lock_out(&world->np, world->session[1]);
	assert_string_equal(world->log, "locked out mail");
	session_lock_out(&world->np, world->session[0]);
	assert_string_equal(world->log, "destroyed signer");
	assert_true(world->session[0]->locked_out);
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

// Another, smaller screen: everybody hears of it, nothing is confirmed at once.
static void
test_screen_mode(void **state)
{
	struct nitpicker *np = &world->np;
	struct canvas small = { world->screen, 150, { 0, 0, 100, 90 } };
	uint64_t mr[SESSION_WORDS] = { 0 };

	(void)state;
	np->now = 5000 * KHZ;
	focus(0);
	world_point(11, 50);
	np->now += 1000 * KHZ;
	assert_int_equal(world_confirm(0, 0, 900), OK);
	world_point(SCREEN_W - 1, SCREEN_H - 1);
	memset(world->screen, 0x5a, SCREEN_W * SCREEN_H * 4);
	nitpicker_screen(np, small);
	world_settle();
	for (int32_t i = 0; i < 150 * 90; i++)
		assert_int_equal(world->screen[i] == 0x5a5a5a5a, i % 150 >= 100);
	assert_true(rect_has(small.area, np->x, np->y));
	for (unsigned s = 0; s < SESSIONS; s++)
		assert_int_equal(world->signals[s], GUI_SIGNAL_MODE);
	assert_int_equal(world_confirm(0, 0, 900), ERR_REFUSED);
	assert_int_equal(session_call(np, world->session[1], GUI_INFO, 0, mr, mr), OK);
	assert_int_equal(mr[0], 100);
	assert_int_equal(mr[1], 90);
	world_point(1000, 1000);
	assert_int_equal(np->x, 99);
	world_point(20, 30);
	nitpicker_screen(np, small);            // the pointer stays where it can
	assert_int_equal(np->x, 20);
	assert_int_equal(np->y, 30);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_focus_by_click), CASE(test_receivers), CASE(test_chord),
		CASE(test_ring_is_wiped), CASE(test_driver_reset),
		CASE(test_drag_outside),
		CASE(test_drag_moving),
		CASE(test_hover), CASE(test_attention_while_held), CASE(test_lost_release),
		CASE(test_kill), CASE(test_kill_unseen), CASE(test_kill_destroys),
		CASE(test_session_reset),
		CASE(test_full_ring), CASE(test_screen_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
