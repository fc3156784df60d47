// SPDX-License-Identifier: MIT
// The framebuffer driver: gives its one client the frame that the boot loader
// set up.  The card itself is not touched.
#include <session/fb.h>
#include <sys/startup.h>
#include <sys/sys.h>
#include "frame.h"

static uint64_t base;                   // of the frame, in our memory
static uint64_t size;                   // bytes, whole pages
static struct fb_mode mode;

static void
find_frame(void)
{
	const struct startup_memory *info = startup_memory("root-info");
	const struct startup_memory *memory = startup_memory("framebuffer");

	if (info == NULL || memory == NULL)
		die("the scenario gives no root-info or no framebuffer");
	const struct root_info *root = (const struct root_info *)(uintptr_t)info->addr;

	size = frame_size(root, memory->size);
	if (size == 0)
		die("no framebuffer of 32 bits per pixel that fits its memory");
	base = memory->addr;
	mode = (struct fb_mode){ root->fb.width, root->fb.height, root->fb.pitch };
}

static tag_t
map(void)
{
	struct item *items = (struct item *)utcb()->mr;
	unsigned n = frame_items(base, size, items);

	return n > 0 ? tag(OK, 0, n) : tag(ERR_ARG, 0, 0);
}

static tag_t
serve(tag_t call)
{
	switch (tag_label(call)) {
	case FB_MODE:
		utcb()->mr[0] = mode.width, utcb()->mr[1] = mode.height, utcb()->mr[2] = mode.pitch;
		return tag(OK, 3, 0);
	case FB_MAP:
		return map();
	case FB_REFRESH:        // the client draws to the screen itself
		return tag(tag_words(call) >= 4 ? OK : ERR_ARG, 0, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

int
main(void)
{
	find_frame();
	// after a crash: whatever the client knew is not certain any more
	for (uint32_t i = 0; i < startup()->client_count; i++)
		sys_raise(startup_clients()[i].signal, FB_SIGNAL_MODE);
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_kind(r.tag) == MSG_IPC && tag_err(r.tag) == OK)
			r = sys_reply_and_wait(serve(r.tag), DEADLINE_NONE);
		else
			r = sys_wait(DEADLINE_NONE);
	}
}
