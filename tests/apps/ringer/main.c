// SPDX-License-Identifier: MIT
// Test client: overwrites the whole ring that it shares with nitpicker for
// ever, with lies about what has been read and written.
#include <session/gui.h>
#include "../say.h"

enum { ROUND = 20000 };

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	uint32_t noise = 1;
	int64_t count = 0;

	if (use == NULL)
		die("no gui session");
	struct gui_session gui = { use->gate };
	volatile uint32_t *ring = (volatile uint32_t *)(uintptr_t)use->shared;

	if (gui_buffer(gui, 200, 100) != OK ||
	    gui_view(gui, 0, (struct rect){ 600, 500, 200, 100 }, 0, 0) != OK)
		die("gui refused");
	for (uint32_t *p = gui_pixels(use->shared); p < gui_pixels(use->shared) + 200 * 100; p++)
		*p = 0x802080;
	(void)!gui_refresh(gui, (struct rect){ 0, 0, 200, 100 });
	for (;;) {
		for (unsigned n = 0; n < ROUND; n++) {
			noise = noise * 1664525 + 1013904223;
			// the indices most of the time, the slots, too
			ring[n % 4 < 3 ? noise % 48 : noise % (GUI_PIXELS / 4)] = noise >> n % 32;
		}
		if ((count += ROUND) % (500 * ROUND) == 0)
			say1("written", count);
	}
}
