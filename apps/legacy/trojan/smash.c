// SPDX-License-Identifier: MIT
// Attacks by sheer quantity, and on memory and capabilities.
#include <sys/startup.h>
#include "trojan.h"

enum { ROUND = 64, FAULTS = 20, WINDOW = 0x70000000, WINDOW_ORDER = 21 };

void
flood_start(void)
{
	draw_fill(&trojan.canvas, (struct rect){ 0, 0, CANVAS_W, CANVAS_H }, 0x602020);
	show(VIEW_FIRST, (struct rect){ 0, 0, CANVAS_W, CANVAS_H });
	show(VIEW_FIRST + 1, (struct rect){ 0, 0, CANVAS_W, CANVAS_H });
}

void
flood_tick(void)
{
	for (uint32_t i = 0; i < ROUND; i++) {
		uint32_t v = VIEW_FIRST + i % 2;

		to_front(v);
		redraw((struct rect){ 0, 0, CANVAS_W, CANVAS_H });
		title(v, "flood");
	}
	if (trojan.step % 4 == 0)
		report("calls", trojan.step * ROUND * 3ull);
}

void
memory_start(void)
{
	const struct gui_session g = trojan.gui;
	uint32_t views = 0, refused = 0;

	for (uint32_t v = VIEW_FIRST; v < 4096; v++) {
		struct rect r = { 320 + (int32_t)(v % 640), 40 + (int32_t)(v / 640), 1, 1 };

		if (gui_view(g, v, r, 0, 0) == OK)
			views++;
		else
			refused++;
	}
	report("views", views);
	report("views refused", refused);
	for (uint32_t n = 1024; n <= 1u << 20; n *= 2)
		if (gui_buffer(g, n, n) != OK)
			report("buffer refused", n);
	(void)!gui_buffer(g, CANVAS_W, CANVAS_H + PANEL_H);
}

static void
fault(void)
{
	__asm__ volatile("movl $1, 8");
}

void
reopen_start(void)
{
	trojan.kept->faults_left = FAULTS;
	fault();
}

// Soon after the start, but not so soon that init gives it up.
void
reopen_again(void)
{
	if (trojan.kept->faults_left == 0 || trojan.kept->faults_left > FAULTS)
		return;
	sys_sleep(sys_in_ms(30));
	trojan.kept->faults_left--;
	fault();
}

// With a window open for memory that anybody might send.
void
pixels_start(void)
{
	for (uint32_t op = 0; op < 64; op++) {
		for (unsigned i = 0; i < 8; i++)
			utcb()->mr[i] = 0;
		utcb()->window[FPAGE_MEM] = fpage_mem(WINDOW, WINDOW_ORDER, MEM_RW);
		(void)!sys_request(trojan.use->gate, op, 8);
	}
	utcb()->window[FPAGE_MEM] = 0;
	log_line("reads the screen");
	report("it is", *(volatile uint32_t *)(uintptr_t)WINDOW);
}

// What a client of the signer would ask, SIGN_RESULT; others know no such operation
// or refuse it without words.
void
caps_start(void)
{
	enum { SIGN_RESULT = 2 };
	uint32_t there = 0, served = 0;

	for (cap_t cap = 1; cap < CAP_MAX; cap++) {
		tag_t t = sys_call(cap, tag(SIGN_RESULT, 0, 0));

		if (tag_err(t) == ERR_CAP)
			continue;
		there++;
		served += tag_err(t) == OK && tag_label(t) == OK;
	}
	report("capabilities", there);
	report("served", served);
}
