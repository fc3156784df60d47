// SPDX-License-Identifier: MIT
// Gui session, served by nitpicker.  It contains an input session (the ring at
// the start of the shared memory) and pixels (the rest); views show rectangles
// of the pixel buffer on the screen.
//
// Shared memory:  0      struct input_ring, nitpicker produces
//                 8192   pixels, XRGB8888, bits 24..31 ignored, row after row
// The buffer's size in pixels is set by GUI_BUFFER and must fit what is there.
// A client draws into its buffer whenever it likes and then says GUI_REFRESH.
//
// Views are numbered by the client, 0..GUI_VIEWS-1.  Coordinates of views are
// screen pixels, between +-GUI_POSITION_MAX.  All numbers are checked; a failed
// call changes nothing.  After the user locked the session out every call fails
// with ERR_GONE.
#pragma once

#include <session/input.h>
#include <session/rect.h>

struct gui_session { cap_t gate; };

enum {
	GUI_PIXELS = 8192,      // offset of the buffer in the shared memory
	GUI_TITLE_MAX = 48,     // bytes; shown as ASCII, others become '?'
	GUI_SIZE_MAX = 8192,    // width and height of buffers and views
	GUI_POSITION_MAX = 1 << 20,
};

enum gui_op {
	GUI_INFO = 1,           // -> mr0 screen width, mr1 height, mr2 height of the reserved strip,
				//    mr3 number of views this session's memory allows
	GUI_BUFFER,             // mr0 width, mr1 height; ERR_ARG if it does not fit the memory
	GUI_VIEW,               // mr0 view, mr1..4 x y w h on the screen, mr5 mr6 buffer offset
				// x y shown at its corner: creates or changes it; new views are
				// on top; w == 0 and h == 0 removes it
	GUI_STACK,              // mr0 view, mr1 0 = to the front, 1 = to the back (of its session's
				// reach: above the background)
	GUI_TITLE,              // mr0 view, mr1 length, text in mr2...
	GUI_REFRESH,            // mr0..3 x y w h in buffer coordinates
	GUI_CONFIRM,            // mr0 view, mr1 milliseconds: OK if the view is entirely visible,
				// unobscured, in the focused session, X-ray or not, and has been
				// so, unmoved, for at least that long; else ERR_REFUSED
	GUI_BACKGROUND,         // mr0 view: becomes the background, below all others for good
				// (sessions with that right only; others get ERR_REFUSED)
};

enum { GUI_SIGNAL_MODE = 1 };   // besides INPUT_SIGNAL: screen size changed, ask GUI_INFO

struct gui_info { uint32_t width, height, strip, views; };

static inline struct input_end
gui_input(uint64_t shared)
{
	return (struct input_end){ (struct input_ring *)(uintptr_t)shared, 0, 0 };
}

static inline uint32_t *
gui_pixels(uint64_t shared)
{
	return (uint32_t *)(uintptr_t)(shared + GUI_PIXELS);
}

static inline enum err
gui_info(struct gui_session g, struct gui_info *info)
{
	enum err e = sys_request(g.gate, GUI_INFO, 0);
	const uint64_t *mr = utcb()->mr;

	if (e == OK)
		*info = (struct gui_info){ (uint32_t)mr[0], (uint32_t)mr[1],
		                           (uint32_t)mr[2], (uint32_t)mr[3] };
	return e;
}

static inline enum err
gui_buffer(struct gui_session g, uint32_t width, uint32_t height)
{
	utcb()->mr[0] = width, utcb()->mr[1] = height;
	return sys_request(g.gate, GUI_BUFFER, 2);
}

static inline enum err
gui_view(struct gui_session g, uint32_t view, struct rect r, int32_t bx, int32_t by)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = view;
	mr[1] = (uint64_t)r.x, mr[2] = (uint64_t)r.y, mr[3] = (uint64_t)r.w, mr[4] = (uint64_t)r.h;
	mr[5] = (uint64_t)bx, mr[6] = (uint64_t)by;
	return sys_request(g.gate, GUI_VIEW, 7);
}

static inline enum err
gui_stack(struct gui_session g, uint32_t view, bool to_back)
{
	utcb()->mr[0] = view, utcb()->mr[1] = to_back;
	return sys_request(g.gate, GUI_STACK, 2);
}

static inline enum err
gui_title(struct gui_session g, uint32_t view, const char *title)
{
	char *text = (char *)&utcb()->mr[2];
	size_t n = 0;

	while (n < GUI_TITLE_MAX && title[n] != '\0')
		n++;
	utcb()->mr[0] = view, utcb()->mr[1] = n;
	for (size_t i = 0; i < n; i++)
		text[i] = title[i];
	return sys_request(g.gate, GUI_TITLE, 2 + (unsigned)(n + 7) / 8);
}

static inline enum err
gui_refresh(struct gui_session g, struct rect r)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = (uint64_t)r.x, mr[1] = (uint64_t)r.y, mr[2] = (uint64_t)r.w, mr[3] = (uint64_t)r.h;
	return sys_request(g.gate, GUI_REFRESH, 4);
}

static inline enum err
gui_confirm(struct gui_session g, uint32_t view, uint32_t ms)
{
	utcb()->mr[0] = view, utcb()->mr[1] = ms;
	return sys_request(g.gate, GUI_CONFIRM, 2);
}
