// SPDX-License-Identifier: MIT
// The framebuffer driver: gives its one client the frame that the boot loader
// set up, and lets it, or whoever has a session `mode`, choose among the modes
// that fit there.
#include <string.h>
#include <session/fb.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "frame.h"
#include "modes.h"

static uint64_t base;                   // of the frame, in our memory
static uint64_t size;                   // bytes, whole pages
static struct fb_mode modes[MODES_MAX], mode;
static unsigned count;

static void
find_frame(void)
{
	const struct startup_memory *info = startup_memory("root-info");
	const struct startup_memory *all = startup_memory("video-memory");
	const struct startup_memory *memory = all != NULL ? all : startup_memory("framebuffer");

	if (info == NULL || memory == NULL)
		die("the scenario gives no root-info or no framebuffer");
	const struct root_info *root = (const struct root_info *)(uintptr_t)info->addr;

	mode = modes[0] = (struct fb_mode){ root->fb.width, root->fb.height, root->fb.pitch };
	if (root->fb.addr == 0 || root->fb.bpp != 32 || !frame_fits(mode, memory->size))
		die("no framebuffer of 32 bits per pixel that fits its memory");
	base = memory->addr;
	size = all != NULL ? all->size : ((uint64_t)mode.pitch * mode.height + 4095) & ~4095ull;
	count = modes_find(root->fb.addr, size, modes);
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

static enum err
set(uint64_t width, uint64_t height)
{
	unsigned i = 0;

	while (i < count && (modes[i].width != width || modes[i].height != height))
		i++;
	if (i == count)
		return ERR_ARG;
	if (!modes_set(i))
		return ERR_REFUSED;
	mode = modes[i];
	tell_clients();
	return OK;
}

static tag_t
map(uint64_t id)
{
	if (strcmp(startup_clients()[id - 1].type, "fb") != 0)
		return tag(ERR_OP, 0, 0);
	unsigned n = frame_items(base, size, (struct item *)utcb()->mr);

	return tag(n > 0 ? OK : ERR_ARG, 0, n);
}

static tag_t
answer(const struct startup_client *c, tag_t call)
{
	uint64_t a = utcb()->mr[0], b = utcb()->mr[1];
	unsigned words = tag_words(call);

	switch (tag_label(call)) {
	case FB_MODE:
		return answer_mode(mode);
	case FB_MAP:
		return map(c->id);
	case FB_REFRESH:        // the client draws to the screen itself
		return tag(words >= 4 ? OK : ERR_ARG, 0, 0);
	case FB_MODES:
		return words >= 1 && a < count ? answer_mode(modes[a]) : tag(ERR_ARG, 0, 0);
	case FB_SET_MODE:
		return tag((uint32_t)(words >= 2 ? set(a, b) : ERR_ARG), 0, 0);
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
	serve((struct handlers){ .call = answer });
}
