// SPDX-License-Identifier: MIT
// Test client: may change the mode of the screen, and does so for ever, without a
// pause.  Says now and then how often.
#include <session/gui.h>
#include <session/mode.h>
#include "../say.h"

int
main(void)
{
	const struct startup_use *use = startup_use("gui"), *mode = startup_use("mode");

	if (use == NULL || mode == NULL)
		die("no gui or no mode session");
	struct gui_session gui = { use->gate };
	struct mode_session screen = { mode->gate };

	if (gui_buffer(gui, 100, 100) != OK ||
	    gui_view(gui, 0, (struct rect){ 500, 300, 100, 100 }, 0, 0) != OK)
		die("gui refused");
	for (int64_t n = 1;; n++) {
		bool small = n & 1;

		if (mode_set(screen, small ? 800 : 1024, small ? 600 : 768) != OK)
			die("no such mode");
		if (n % 20 == 0)
			say1("flips", n);
	}
}
