// SPDX-License-Identifier: MIT
// Framebuffer session.  Served by fb-drv to one client, and inside `gui` by
// nitpicker.  The client draws into the mapped frame; FB_REFRESH says which
// part changed (a driver that maps the real screen has nothing to do then).
// Modes are not smaller than 320x200.  Without the frame: mode.h.
#pragma once

#include <session/rect.h>
#include <sys/sys.h>

struct fb_session { cap_t gate; };

enum fb_op {
	FB_MODE = 1,            // -> mr0 width, mr1 height, mr2 bytes per line (XRGB8888);
				// mr3 1: it is not the screen itself, so say FB_REFRESH
	FB_MAP,                 // maps the frame into the caller's memory window
	FB_REFRESH,             // mr0 x, mr1 y, mr2 w, mr3 h: a hint, clipped by the server
	FB_MODES,               // mr0 index -> as FB_MODE, without mr3; ERR_ARG after the last
	FB_SET_MODE,            // mr0 width, mr1 height: one of FB_MODES, or ERR_ARG.  The frame is
				// mapped as before; ERR_REFUSED: the card did not do it
};

// Server -> client: ask FB_MODE and FB_MAP again, and draw everything.  Comes
// after a change of mode and after each start of the server.
enum { FB_SIGNAL_MODE = 1 };

struct fb_mode { uint32_t width, height, pitch; };

static inline enum err
fb_mode(struct fb_session fb, struct fb_mode *mode)
{
	const uint64_t *mr = utcb()->mr;

	utcb()->mr[3] = 0;      // stays, if the answer has three words
	enum err e = sys_request(fb.gate, FB_MODE, 0);

	if (e == OK)
		*mode = (struct fb_mode){ (uint32_t)mr[0], (uint32_t)mr[1], (uint32_t)mr[2] };
	return e;
}

// Directly after fb_mode: does the server want FB_REFRESH?
static inline bool
fb_wants_refresh(void)
{
	return utcb()->mr[3] != 0;
}

// Map the frame at `addr`; addr is aligned to 1 << order and nothing else is there.
static inline enum err
fb_map(struct fb_session fb, uint64_t addr, unsigned order)
{
	utcb()->window[FPAGE_MEM] = fpage_mem(addr, order, MEM_RW);
	enum err e = sys_request(fb.gate, FB_MAP, 0);
	utcb()->window[FPAGE_MEM] = 0;
	return e;
}

static inline enum err
fb_refresh(struct fb_session fb, struct rect r)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = (uint64_t)r.x, mr[1] = (uint64_t)r.y, mr[2] = (uint64_t)r.w, mr[3] = (uint64_t)r.h;
	return sys_request(fb.gate, FB_REFRESH, 4);
}
