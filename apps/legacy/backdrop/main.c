// SPDX-License-Identifier: MIT
// Shows the boot module backdrop.png as the background, in the screen's size.

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <session/gui.h>
#include <sys/serve.h>
#include "apps/legacy/viewer/picture.h"
#include "stretch.h"

enum { VIEW = 0 };

static bool
read_file(const char *name, struct picture *p)
{
	struct stat st;
	int fd = open(name, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	const void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	return bytes != MAP_FAILED &&
	       picture_read(p, bytes, (size_t)st.st_size, PICTURE_SIDE_MAX);
}

static void
show(const struct startup_use *use, const struct picture *p)
{
	struct gui_session gui = { use->gate };
	struct gui_info screen;

	if (gui_info(gui, &screen) != OK)
		return;
	struct rect all = stretch_room((int32_t)screen.width,
	                               (int32_t)(screen.height - screen.strip),
	                               (use->shared_size - GUI_PIXELS) / sizeof *p->px);
	all.y += (int32_t)screen.strip;
	if (gui_buffer(gui, (uint32_t)all.w, (uint32_t)all.h) != OK) {
		puts("there is no memory for a picture");
		return;
	}
	const struct canvas c = { gui_pixels(use->shared), all.w, all.h, all.w };
	stretch(&c, p->px, p->width, p->height);
	if (gui_view(gui, VIEW, all, 0, 0) != OK || gui_background(gui, VIEW) != OK)
		puts("the scenario does not allow a background");
	(void)!gui_refresh(gui, (struct rect){ 0, 0, all.w, all.h });
}

static const struct startup_use *use;
static struct picture picture;

static void
hear(uint64_t label, uint64_t bits)
{
	if (label == use->label && (bits & GUI_SIGNAL_MODE) != 0)
		show(use, &picture);
}

int
main(void)
{
	use = startup_use("gui");
	if (use == NULL)
		die("the scenario gives no gui session");
	if (!read_file("/rom/backdrop.png", &picture))
		die("the boot module backdrop.png is missing or broken");
	show(use, &picture);
	puts("ready");
	serve((struct handlers){ .signal = hear });
}
