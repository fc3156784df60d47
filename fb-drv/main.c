// SPDX-License-Identifier: MIT
// The framebuffer driver: gives its one client the frame that the boot loader
// set up, and lets it, or whoever has a session `mode`, choose among the modes
// that fit there.
#include <string.h>
#include <session/fb.h>
#include <sys/startup.h>
#include <sys/sys.h>
#include "frame.h"
#include "modes.h"

static uint64_t base;                   // of the frame, in our memory
static uint64_t size;                   // bytes, whole pages
static struct fb_mode mode;

static void
find_frame(void)
{
	const struct startup_memory *info = startup_memory("root-info");
	const struct startup_memory *all = startup_memory("video-memory");
	const struct startup_memory *memory = all != NULL ? all : startup_memory("framebuffer");

	if (info == NULL || memory == NULL)
		die("the scenario gives no root-info or no framebuffer");
	const struct root_info *root = (const struct root_info *)(uintptr_t)info->addr;

	size = frame_size(root, memory->size);
	if (size == 0)
		die("no framebuffer of 32 bits per pixel that fits its memory");
	size = all != NULL ? all->size : size;
	base = memory->addr;
	mode = (struct fb_mode){ root->fb.width, root->fb.height, root->fb.pitch };
	modes_init((struct modes_frame){ root->fb.addr, size }, &mode);
}

// The clients' picture of mode and frame is out of date.
static void
tell_clients(void)
{
	for (uint32_t i = 0; i < startup()->client_count; i++)
		sys_raise(startup_clients()[i].signal, FB_SIGNAL_MODE);
}

static tag_t
answer_mode(struct fb_mode m)
{
	utcb()->mr[0] = m.width, utcb()->mr[1] = m.height, utcb()->mr[2] = m.pitch;
	return tag(OK, 3, 0);
}

static tag_t
list(uint64_t i)
{
	struct fb_mode m;

	return i <= UINT32_MAX && modes_get((unsigned)i, &m) ? answer_mode(m) : tag(ERR_ARG, 0, 0);
}

static tag_t
set(uint64_t width, uint64_t height)
{
	struct fb_mode m;

	for (unsigned i = 0; modes_get(i, &m); i++) {
		if (m.width != width || m.height != height)
			continue;
		if (!modes_set(i))
			return tag(ERR_REFUSED, 0, 0);
		mode = m;
		tell_clients();
		return tag(OK, 0, 0);
	}
	return tag(ERR_ARG, 0, 0);
}

static tag_t
map(void)
{
	struct item *items = (struct item *)utcb()->mr;
	unsigned n = frame_items(base, size, items);

	return n > 0 ? tag(OK, 0, n) : tag(ERR_ARG, 0, 0);
}

static tag_t
serve(uint64_t id, tag_t call)
{
	const uint64_t *mr = utcb()->mr;

	if (tag_label(call) == FB_MAP && strcmp(startup_clients()[id - 1].type, "fb") != 0)
		return tag(ERR_OP, 0, 0);
	switch (tag_label(call)) {
	case FB_MODE:
		return answer_mode(mode);
	case FB_MAP:
		return map();
	case FB_REFRESH:        // the client draws to the screen itself
		return tag(tag_words(call) >= 4 ? OK : ERR_ARG, 0, 0);
	case FB_MODES:
		return list(tag_words(call) >= 1 ? mr[0] : UINT64_MAX);
	case FB_SET_MODE:
		return tag_words(call) >= 2 ? set(mr[0], mr[1]) : tag(ERR_ARG, 0, 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

int
main(void)
{
	find_frame();
	// after a crash: what the client knows may be wrong
	tell_clients();
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_kind(r.tag) == MSG_IPC && tag_err(r.tag) == OK)
			r = sys_reply_and_wait(serve(r.label, r.tag), DEADLINE_NONE);
		else
			r = sys_wait(DEADLINE_NONE);
	}
}
