// SPDX-License-Identifier: MIT
// Nitpicker's policy as it is, on a screen in memory, under more and more views
// and clients, and under arrangements that are meant to be slow: what events and
// redraws cost, and for how long input may have to wait, which is the longest
// call or slice of painting.  For -icount shift=0, like guibench.
#include <string.h>
#include <base/put.h>
#include "../../../nitpicker/nitpicker.h"

enum { WIDE = 1024, HIGH = 768, CLIENTS = 50, VIEWS = 1000, VIEWS_EACH = 4,
       VIEWS_QUOTA = 260,       // what a session's memory allows, nearly
       VIEWS_MOST = 4 * VIEWS_QUOTA };

static uint32_t screen[WIDE * HIGH];
// the memory of sessions, whose views follow
static union {
	struct session s;
	uint8_t room[sizeof(struct session) + VIEWS_MOST * sizeof(struct view)];
} attacker;
static union {
	struct session s;
	uint8_t room[sizeof(struct session) + VIEWS_EACH * sizeof(struct view)];
} client[CLIENTS];
static struct { uint8_t head[GUI_PIXELS]; uint32_t pixels[WIDE * HIGH]; } shared[2];
static struct startup_client plan[CLIENTS + 1];
static struct nitpicker np;
static uint64_t longest, begun;         // without a look at the input

void
nitpicker_signal(struct session *s, uint64_t bits)
{
	(void)s, (void)bits;
}

void
nitpicker_log(const char *what, const struct session *s)
{
	(void)what, (void)s;
}

void
nitpicker_destroy(const struct session *s)
{
	(void)s;
}

static void
looked(void)
{
	uint64_t now = sys_counter();

	longest = now - begun > longest ? now - begun : longest;
	begun = now;
}

static void
finish(void)
{
	bool more;

	do {
		begun = sys_counter();
		more = paint_step(&np);
		looked();
	} while (more);
}

static void
set(struct session *s, uint32_t op, const uint64_t *words)
{
	uint64_t mr[SESSION_WORDS];

	begun = sys_counter();
	if (session_call(&np, s, op, SESSION_WORDS, words, mr) != OK)
		die("nitpicker refused");
	looked();
}

static uint64_t
call(struct session *s, uint32_t op, const uint64_t *words)
{
	uint64_t start = sys_counter();

	set(s, op, words);
	finish();
	return sys_counter() - start;
}

// Without painting.
static void
set_view(struct session *s, uint64_t i, struct rect r, uint64_t parent)
{
	set(s, GUI_VIEW, (uint64_t[SESSION_WORDS]){ i, (uint64_t)r.x, (uint64_t)r.y,
		(uint64_t)r.w, (uint64_t)r.h, 0, 0, parent });
}

static void
view(struct session *s, uint64_t i, struct rect r, uint64_t parent)
{
	set_view(s, i, r, parent);
	finish();
}

static uint64_t
refresh(struct session *s, uint64_t w, uint64_t h)
{
	return call(s, GUI_REFRESH, (uint64_t[SESSION_WORDS]){ 0, 0, w, h });
}

static void
open_session(struct session *s, unsigned i, uint64_t size, bool alpha)
{
	unsigned memory = i > 0;

	plan[i] = (struct startup_client){ .label = "a session", .colour = 0x40a0e0,
		.shared = (uint64_t)(uintptr_t)&shared[memory],
		.shared_size = sizeof shared[memory],
		.private = (uint64_t)(uintptr_t)s, .private_size = size };
	if (session_init(&np, s, &plan[i]) != OK)
		die("no session");
	call(s, GUI_BUFFER, (uint64_t[SESSION_WORDS]){ WIDE, HIGH, alpha });
}

static void
begin(unsigned clients, bool alpha)
{
	memset(&attacker, 0, sizeof attacker);
	memset(client, 0, sizeof client);
	memset(&np, 0, sizeof np);
	np.title = "swarm";
	np.tsc_khz = 1000;
	for (unsigned i = 0; i < clients; i++)
		open_session(&client[i].s, i + 1, sizeof client[i], false);
	open_session(&attacker.s, 0, sizeof attacker, alpha);
	nitpicker_screen(&np, (struct canvas){ screen, WIDE, { 0, 0, WIDE, HIGH } });
	finish();
}

// A client with a window over the whole screen, below the others.
static void
begin_growth(unsigned clients)
{
	begin(clients, false);
	view(&client[0].s, 0, (struct rect){ 0, STRIP, WIDE, HIGH - STRIP }, 0);
}

// "bench: WHAT, HOW NUMBER of N"
static void
report(const char *what, const char *how, unsigned n, uint64_t value)
{
	char line[128], *p = put_text(put_text(line, "bench: "), what);

	p = put_number(put_text(put_text(put_text(p, ", "), how), " "), n);
	*put_number(put_text(p, " "), value) = '\0';
	log_line(line);
}

// Until the policy has done what is to be seen first: a pointer that has moved.
static uint64_t
event(uint16_t type, uint32_t code, int32_t x)
{
	struct input_event ev = { type, 0, code, x, 0 };
	uint64_t start = sys_counter();

	route_event(&np, &ev);
	pointer_move(&np);
	return sys_counter() - start;
}

static void
measure_growth(const char *how, unsigned n)
{
	struct session *s = &client[0].s;
	uint64_t start;

	finish();
	report("redraw of the screen", how, n, refresh(s, WIDE, HIGH));
	report("redraw of 16x16", how, n, refresh(s, 16, 16));
	report("key to client", how, n, event(INPUT_PRESS, KEY_A, 0));
	event(INPUT_RELEASE, KEY_A, 0);
	report("pointer", how, n, event(INPUT_RELATIVE, 0, 1));
	finish();
	start = sys_counter();
	event(INPUT_PRESS, KEY_F12, 0);
	finish();
	report("X-ray", how, n, sys_counter() - start);
}

// n windows of one client above another's; one window of each of n clients.
static void
measure_views(unsigned n)
{
	begin_growth(1);
	for (unsigned i = 0; i < n; i++)
		set_view(&attacker.s, i, (struct rect){ (int32_t)(i * 7919 % WIDE),
			STRIP + (int32_t)(i * 104729 % (HIGH - STRIP)), 24, 24 }, 0);
	measure_growth("views", n);
}

static void
measure_clients(unsigned n)
{
	begin_growth(n);
	for (unsigned i = 1; i < n; i++)
		set_view(&client[i].s, 0, (struct rect){ (int32_t)(i * 7919 % WIDE),
			STRIP + (int32_t)(i * 104729 % (HIGH - STRIP)), 200, 150 }, 0);
	measure_growth("clients", n);
}

// The arrangements of an attacker; place of view i of n.
static struct rect
scattered(unsigned i, unsigned n)
{
	(void)n;
	return (struct rect){ (int32_t)(i * 7919 % WIDE),
	                      STRIP + (int32_t)(i * 104729 % (HIGH - STRIP)),
	                      1, 1 };
}

static struct rect
under_pointer(unsigned i, unsigned n)
{
	(void)n;
	return (struct rect){ WIDE / 2 + (int32_t)(i * 7 % POINTER_W),
	                      HIGH / 2 + (int32_t)(i * 11 % POINTER_H), 1, 1 };
}

static struct rect
whole_screen(unsigned i, unsigned n)
{
	(void)i, (void)n;
	return (struct rect){ 0, STRIP, WIDE, HIGH - STRIP };
}

static struct rect
staircase(unsigned i, unsigned n)
{
	int32_t k = (int32_t)(i * 350 / n);

	return (struct rect){ k, STRIP + k, WIDE - 2 * k, HIGH - STRIP - 2 * k };
}

// Lines of a pixel, across and down.
static struct rect
grid(unsigned i, unsigned n)
{
	(void)n;
	if (i % 2 == 0)
		return (struct rect){ 0, STRIP + (int32_t)(i / 2 * 3 % (HIGH - STRIP)), WIDE, 1 };
	return (struct rect){ (int32_t)(i / 2 * 3 % WIDE), STRIP, 1, HIGH - STRIP };
}

static struct rect
labels(unsigned i, unsigned n)
{
	(void)n;
	return (struct rect){ (int32_t)(i * 7919 % WIDE),
	                      STRIP + (int32_t)(i * 104729 % (HIGH - STRIP)),
	                      40, 30 };
}

struct attack {
	const char *name;
	struct rect (*place)(unsigned i, unsigned n);
	bool alpha, family;
};

static void
measure_attack(const struct attack *a, unsigned n)
{
	uint64_t start, pointer, last;

	begin(1, a->alpha);
	view(&client[0].s, 0, (struct rect){ 300, 200, 400, 300 }, 0);
	for (unsigned i = 0; i < n; i++)
		set_view(&attacker.s, i, a->place(i, n), a->family && i > 0 ? 1 : 0);
	finish();
	pointer = event(INPUT_RELATIVE, 0, 1);
	longest = 0;
	finish();
	refresh(&attacker.s, WIDE, HIGH);
	call(&attacker.s, GUI_STACK, (uint64_t[SESSION_WORDS]){ 0, 1 });
	call(&attacker.s, GUI_STACK, (uint64_t[SESSION_WORDS]){ 0, 0 });
	struct rect r = a->place(0, n);
	r.x++;
	view(&attacker.s, 0, r, 0);
	start = sys_counter();
	event(INPUT_PRESS, KEY_F12, 0);
	finish();
	last = sys_counter() - start;
	event(INPUT_RELEASE, KEY_F12, 0);
	call(&attacker.s, GUI_STACK, (uint64_t[SESSION_WORDS]){ n > 1, 1 });
	event(INPUT_PRESS, KEY_F11, 0);
	finish();
	begun = sys_counter();
	session_lock_out(&np, &attacker.s);
	looked();
	report("pointer", a->name, n, pointer);
	report("longest wait", a->name, n, longest);
	report("X-ray", a->name, n, last);
}

int
main(void)
{
	static const struct attack attacks[] = {
		{ "scattered pixels", scattered, false, false },
		{ "pixels under the pointer", under_pointer, false, false },
		{ "glass pixels under the pointer", under_pointer, true, false },
		{ "whole screens", whole_screen, false, false },
		{ "glass whole screens", whole_screen, true, false },
		{ "staircase", staircase, false, false },
		{ "glass staircase", staircase, true, false },
		{ "grid of lines", grid, false, false },
		{ "glass grid of lines", grid, true, false },
		{ "labels", labels, false, false }, { "family of pixels", scattered, false, true },
	};
	static const unsigned counts[] = { 1, 10, 100, VIEWS }, clients[] = { 1, 10, CLIENTS };
	static const unsigned sessions[] = { 1, 4 };    // that conspire

	for (unsigned i = 0; i < 4; i++)
		measure_views(counts[i]);
	for (unsigned i = 0; i < 3; i++)
		measure_clients(clients[i]);
	for (unsigned k = 0; k < sizeof attacks / sizeof attacks[0]; k++)
		for (unsigned i = 0; i < 2; i++)
			measure_attack(&attacks[k], sessions[i] * VIEWS_QUOTA);
	log_line("bench: end");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
