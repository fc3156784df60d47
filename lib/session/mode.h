// SPDX-License-Identifier: MIT
// Mode session, served by a frame driver beside `fb`, for somebody who may choose the
// mode of the screen but does not get its frame.
#pragma once

#include <session/fb_modes.h>

struct mode_session { cap_t gate; };

// The same as of fb, which are the only ones.
enum mode_op {
	MODE_NOW = FB_MODE,
	MODE_LIST = FB_MODES,
	MODE_SET = FB_SET_MODE,
};

// Server -> client: FB_SIGNAL_MODE, the mode has changed.

static inline enum err
mode_now(struct mode_session s, struct fb_mode *mode)
{
	return fb_mode((struct fb_session){ s.gate }, mode);
}

// Mode number `index`, counted from 0; ERR_ARG after the last one.
static inline enum err
mode_list(struct mode_session s, uint32_t index, struct fb_mode *mode)
{
	return fb_modes((struct fb_session){ s.gate }, index, mode);
}

// One of those, or ERR_ARG; ERR_REFUSED: the card did not do it.
static inline enum err
mode_set(struct mode_session s, uint32_t width, uint32_t height)
{
	return fb_set_mode((struct fb_session){ s.gate }, width, height);
}
