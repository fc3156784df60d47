// SPDX-License-Identifier: MIT
// Framebuffer session: the list of modes and switching to one of them, for those few
// who do.  FB_SIGNAL_MODE follows, as after each change; see fb.h.
#pragma once

#include <session/fb.h>

// Mode number `index`, counted from 0.
static inline enum err
fb_modes(struct fb_session fb, uint32_t index, struct fb_mode *mode)
{
	const uint64_t *mr = utcb()->mr;

	utcb()->mr[0] = index;
	enum err e = sys_request(fb.gate, FB_MODES, 1);

	if (e == OK)
		*mode = (struct fb_mode){ (uint32_t)mr[0], (uint32_t)mr[1], (uint32_t)mr[2] };
	return e;
}

static inline enum err
fb_set_mode(struct fb_session fb, uint32_t width, uint32_t height)
{
	utcb()->mr[0] = width, utcb()->mr[1] = height;
	return sys_request(fb.gate, FB_SET_MODE, 2);
}
