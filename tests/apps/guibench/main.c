// SPDX-License-Identifier: MIT
// What the GUI path costs: run by `make bench` where the time-stamp counter
// counts instructions.  The lowest of all priorities, so that at its start
// everybody else has done what they had to do.
#include <string.h>
#include <session/gui.h>
#include <sys/startup.h>

enum { ROUNDS = 101 };

static uint64_t sample[ROUNDS];

// "bench: NAME NUMBER"
static void
report(const char *name, uint64_t value)
{
	char text[96] = "bench: ", digits[20];
	size_t n = 7, d = 0;

	while (*name != '\0')
		text[n++] = *name++;
	text[n++] = ' ';
	do {
		digits[d++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	while (d > 0)
		text[n++] = digits[--d];
	text[n] = '\0';
	log_line(text);
}

static uint64_t
median(void)
{
	for (unsigned i = 1; i < ROUNDS; i++)
		for (unsigned j = i; j > 0 && sample[j - 1] > sample[j]; j--) {
			uint64_t t = sample[j];

			sample[j] = sample[j - 1];
			sample[j - 1] = t;
		}
	return sample[ROUNDS / 2];
}

static void
measure(struct gui_session gui, struct gui_info info)
{
	struct rect small = { 0, 0, 16, 16 };
	struct rect all = { 0, 0, (int32_t)info.width, (int32_t)(info.height - info.strip) };

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct gui_info again;
		uint64_t start = sys_now();

		(void)!gui_info(gui, &again);
		sample[i] = sys_now() - start;
	}
	report("smallest call to nitpicker and back", median());
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_now();

		(void)!gui_refresh(gui, small);
		sample[i] = sys_now() - start;
	}
	report("redraw of 16x16 pixels", median());
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = sys_now();

		(void)!gui_refresh(gui, all);
		sample[i] = sys_now() - start;
	}
	report("redraw of a full-screen view, per 1000 pixels",
	       median() * 1000 / ((uint64_t)all.w * (uint64_t)all.h));
}

[[gnu::noreturn]] void
main(void)
{
	uint64_t start = sys_now();
	const struct startup_use *use = startup_use("gui");
	const struct startup_memory *root = startup_memory("root-info");
	struct gui_session gui;
	struct gui_info info;

	if (use == NULL || root == NULL)
		die("no gui or no root-info in the scenario");
	report("kernel entry to idle, after the first frame",
	       start - ((const struct root_info *)(uintptr_t)root->addr)->entry_tsc);
	gui.gate = use->gate;
	if (gui_info(gui, &info) != OK || gui_buffer(gui, info.width, info.height - info.strip) != OK ||
	    gui_view(gui, 0, (struct rect){ 0, (int32_t)info.strip, (int32_t)info.width,
	             (int32_t)(info.height - info.strip) }, 0, 0) != OK)
		die("cannot make a view");
	measure(gui, info);
	log_line("bench: end");
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
