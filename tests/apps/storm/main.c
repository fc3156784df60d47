// SPDX-License-Identifier: MIT
// Test client: fills the screen and asks for its redrawing for ever, without a
// pause.  Says now and then how often.  With an argument it leaves the left half.
#include <session/gui.h>
#include "../say.h"

int
main(void)
{
	const struct startup_use *use = startup_use("gui");
	struct gui_info info;
	int64_t count = 0;

	if (use == NULL)
		die("no gui session");
	struct gui_session gui = { use->gate };
	uint32_t *pixels = gui_pixels(use->shared);

	if (gui_info(gui, &info) != OK || gui_buffer(gui, info.width, info.height) != OK)
		die("gui refused");
	struct rect all = { 0, 0, (int32_t)info.width, (int32_t)info.height }, place = all;

	if (startup()->argument[0] != '\0')
		place.x = all.w = place.w = all.w / 2;

	for (size_t i = 0; i < (size_t)info.width * info.height; i++)
		pixels[i] = 0x602020;
	if (gui_view(gui, 0, place, 0, 0) != OK)
		die("gui refused");
	for (;;) {
		(void)!gui_refresh(gui, all);
		if (++count % 100 == 0)
			say1("redrawn", count);
	}
}
