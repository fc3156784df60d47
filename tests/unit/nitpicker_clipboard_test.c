// SPDX-License-Identifier: MIT
// The clipboard moves a text once, by the user's chords, and nothing else moves it.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <session/reset.h>
#include "nitpicker_world.h"

static int
setup(void **state)
{
	(void)state;
	world_open_row(9);
	return 0;
}

static void
focus(unsigned s)
{
	world_point((int32_t)s * 50 + 10, 50);
	world_click(BTN_LEFT);
	assert_ptr_equal(world->np.focus, world->session[s]);
}

static void
chord(uint32_t code)
{
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world_event(INPUT_PRESS, code, 0, 0);
	world_event(INPUT_TEXT, 'c', 0, 0);
	world_event(INPUT_RELEASE, code, 0, 0);
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);
}

static char *
clip(unsigned s)
{
	return (char *)gui_clip(world->plan[s].shared);
}

static enum err
copy(unsigned s, const char *text)
{
	strcpy(clip(s), text);
	return world_call(s, GUI_COPY, 1, (uint64_t[]){ strlen(text) });
}

// -> bytes, or -1 when refused
static int
paste(unsigned s)
{
	uint64_t mr[SESSION_WORDS] = { 0 };
	enum err e = session_call(&world->np, world->session[s], GUI_PASTE, 0, mr, mr);

	assert_true(e == OK || e == ERR_REFUSED);
	return e == OK ? (int)mr[0] : -1;
}

static bool
kept(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= GUI_CLIP_MAX; i++)
		if (memcmp(world->np.clip.text + i, text, n) == 0)
			return true;
	return false;
}

// A shorter text leaves nothing of a longer one, nor of whom it was pasted to; a
// question to the session's last client is none to the next one.
static void
test_again(void **state)
{
	(void)state;
	focus(0);
	chord(KEY_C);
	assert_int_equal(copy(0, "a text of some length"), OK);
	chord(KEY_C);
	assert_int_equal(copy(0, "short"), OK);
	assert_false(kept("length"));
	chord(KEY_V);
	assert_int_equal(paste(0), 5);
	assert_ptr_equal(world->np.clip.target, world->session[0]);
	chord(KEY_C);
	assert_int_equal(copy(0, "more"), OK);
	assert_null(world->np.clip.target);
	chord(KEY_C);
	assert_int_equal(world_call(0, SESSION_RESET, 0, NULL), OK);
	assert_int_equal(world_view(0, 0, (struct rect){ 0, 40, 40, 40 }, 0, 0), OK);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);        // X-ray mode shows what is no more
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);
	focus(0);
	assert_int_equal(copy(0, "late"), ERR_REFUSED);
}

static void
test_once(void **state)
{
	struct input_event ev;

	(void)state;
	focus(0);
	while (input_get(&world->client[0], &ev))
		;
	chord(KEY_C);
	assert_false(input_get(&world->client[0], &ev));        // no key reached it
	assert_int_equal(world->signals[0], GUI_SIGNAL_COPY);
	assert_int_equal(copy(0, "to whom it may concern"), OK);
	assert_true(kept("concern"));
	assert_int_equal(copy(0, "something else"), ERR_REFUSED);
	assert_ptr_equal(world->np.clip.source, world->session[0]);
	focus(1);
	chord(KEY_V);
	assert_int_equal(world->signals[1], GUI_SIGNAL_PASTE);
	assert_int_equal(world->signals[2], 0);
	assert_int_equal(paste(0), -1);
	assert_int_equal(paste(2), -1);
	memset(clip(1), 'x', GUI_CLIP_MAX);
	assert_int_equal(paste(1), 22);
	assert_memory_equal(clip(1), "to whom it may concernx", 23);
	assert_false(kept("concern"));
	assert_ptr_equal(world->np.clip.target, world->session[1]);
	assert_int_equal(paste(1), -1);
	world->signals[1] = 0;
	chord(KEY_V);                   // wiped: not even asked
	assert_int_equal(world->signals[1], 0);
	assert_int_equal(paste(1), -1);
}

static void
test_refused(void **state)
{
	(void)state;
	assert_int_equal(copy(0, "a"), ERR_REFUSED);            // unasked
	assert_int_equal(paste(0), -1);
	chord(KEY_C);                                           // nobody focused
	for (unsigned s = 0; s < SESSIONS; s++)
		assert_int_equal(copy(s, "a"), ERR_REFUSED);
	focus(0);
	chord(KEY_C);
	assert_int_equal(world_call(0, GUI_COPY, 1, (uint64_t[]){ GUI_CLIP_MAX + 1 }), ERR_ARG);
	assert_int_equal(copy(1, "a"), ERR_REFUSED);            // another was asked
	assert_int_equal(paste(0), -1);                         // something else was asked
	world->np.now += 1000 * KHZ + 1;
	assert_int_equal(copy(0, "a"), ERR_REFUSED);            // too late
	chord(KEY_C);
	focus(1);
	assert_int_equal(copy(0, "a"), ERR_REFUSED);            // no longer focused
	chord(KEY_V);                                           // there is nothing
	assert_int_equal(world->signals[1], 0);
	focus(0);
	chord(KEY_C);
	world->np.now += 1000 * KHZ;
	assert_int_equal(world_call(0, GUI_COPY, 1, (uint64_t[]){ GUI_CLIP_MAX }), OK);
	focus(1);
	chord(KEY_V);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	world_click(BTN_LEFT);
	world_event(INPUT_PRESS, KEY_ENTER, 0, 0);
	assert_int_equal(world_call(1, GUI_PASTE, 0, NULL), ERR_GONE);
	world_event(INPUT_PRESS, KEY_F11, 0, 0);
	focus(2);
	chord(KEY_V);
	assert_int_equal(paste(2), GUI_CLIP_MAX);
}

// The chord is the X-ray key held, for as long as it is, whatever else is pressed.
static void
test_chord(void **state)
{
	(void)state;
	focus(0);
	world_event(INPUT_PRESS, KEY_C, 0, 0);
	world_event(INPUT_PRESS, KEY_F12, 0, 0);
	world_event(INPUT_PRESS, KEY_A, 0, 0);
	assert_int_equal(world->signals[0], 0);
	world_event(INPUT_RELEASE, KEY_F12, 0, 0);
	world_event(INPUT_PRESS, KEY_C, 0, 0);
	assert_int_equal(world->signals[0], 0);
	world_event(INPUT_PRESS, KEY_SCROLLLOCK, 0, 0);
	world->np.now += 3000 * KHZ;
	world_event(INPUT_PRESS, KEY_C, 0, 0);
	assert_int_equal(world->signals[0], GUI_SIGNAL_COPY);
}

// Random chords, focus changes, delays and answers against a model.
static void
test_against_model(void **state)
{
	char text[8] = "", last[8] = "";        // the model: what is kept
	unsigned focused = 0, asked = SESSIONS;
	bool asked_paste = false;
	uint64_t asked_at = 0;

	(void)state;
	focus(0);
	for (unsigned n = 0; n < 200000; n++) {
		unsigned s = world_random(3), dice = world_random(10);
		bool may = asked == s && focused == s && world->np.now - asked_at <= 1000 * KHZ;

		if (dice < 2) {
			focus(s);
			focused = s;
		} else if (dice < 4) {
			asked_paste = world_random(2);
			chord(asked_paste ? KEY_V : KEY_C);
			asked = asked_paste && text[0] == '\0' ? SESSIONS : focused;
			asked_at = world->np.now;
		} else if (dice < 5) {
			world->np.now += world_random(1200) * KHZ;
		} else if (dice < 8) {
			for (unsigned i = 0; i < 6; i++)
				last[i] = (char)('a' + world_random(26));
			assert_int_equal(copy(s, last), may && !asked_paste ? OK : ERR_REFUSED);
			if (may && !asked_paste)
				strcpy(text, last), asked = SESSIONS;
		} else {
			assert_int_equal(paste(s), may && asked_paste ? (int)strlen(text) : -1);
			if (may && asked_paste) {
				assert_memory_equal(clip(s), text, strlen(text));
				text[0] = '\0', asked = SESSIONS;
			}
		}
		assert_int_equal(world->np.clip.size, strlen(text));
	}
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_once), CASE(test_again), CASE(test_refused), CASE(test_chord),
		CASE(test_against_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
