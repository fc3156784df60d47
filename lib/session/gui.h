// SPDX-License-Identifier: MIT
// Gui session, served by nitpicker: the client's calls.  What they mean is said
// in gui_abi.h.
#pragma once

#include <session/gui_abi.h>

struct gui_session { cap_t gate; };

struct gui_info { uint32_t width, height, strip, views; };

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

// With bits 24..31 as alpha.
static inline enum err
gui_buffer_alpha(struct gui_session g, uint32_t width, uint32_t height)
{
	utcb()->mr[0] = width, utcb()->mr[1] = height, utcb()->mr[2] = 1;
	return sys_request(g.gate, GUI_BUFFER, 3);
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

// A view whose r counts from the corner of `parent`.
static inline enum err
gui_child(struct gui_session g, uint32_t view, uint32_t parent, struct rect r,
          int32_t bx, int32_t by)
{
	uint64_t *mr = utcb()->mr;

	mr[0] = view;
	mr[1] = (uint64_t)r.x, mr[2] = (uint64_t)r.y, mr[3] = (uint64_t)r.w, mr[4] = (uint64_t)r.h;
	mr[5] = (uint64_t)bx, mr[6] = (uint64_t)by, mr[7] = parent + 1ull;
	return sys_request(g.gate, GUI_VIEW, 8);
}

static inline enum err
gui_stack(struct gui_session g, uint32_t view, bool to_back)
{
	utcb()->mr[0] = view, utcb()->mr[1] = to_back ? GUI_BACK : GUI_FRONT;
	return sys_request(g.gate, GUI_STACK, 2);
}

static inline enum err
gui_background(struct gui_session g, uint32_t view)
{
	utcb()->mr[0] = view, utcb()->mr[1] = GUI_BACKGROUND;
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

// The text's `bytes` are at gui_clip().
static inline enum err
gui_copy(struct gui_session g, uint32_t bytes)
{
	utcb()->mr[0] = bytes;
	return sys_request(g.gate, GUI_COPY, 1);
}

static inline enum err
gui_paste(struct gui_session g, uint32_t *bytes)
{
	enum err e = sys_request(g.gate, GUI_PASTE, 0);

	*bytes = e == OK ? (uint32_t)utcb()->mr[0] : 0;
	return e;
}
