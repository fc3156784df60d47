// SPDX-License-Identifier: MIT
// The window on nitpicker, or the screen itself.
#include <draw/pointer.h>
#include <string.h>
#include <window/surface.h>

enum { FRAME_ADDR = 0x20000000, FRAME_ORDER = 25 };

static struct rect
both(struct rect a, struct rect b)
{
	int32_t x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int32_t right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int32_t bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct rect){ x, y, right > x ? right - x : 0, bottom > y ? bottom - y : 0 };
}

// At the start, and when the driver says that the mode has changed.
static void
find_frame(struct surface *s)
{
	struct fb_mode m;

	if (fb_mode(s->frame, &m) != OK || m.width == 0 || m.width > GUI_SIZE_MAX ||
	    m.height == 0 ||
	    m.height > GUI_SIZE_MAX || m.pitch % 4 != 0 || m.pitch / 4 < m.width ||
	    (uint64_t)m.pitch * m.height > 1u << FRAME_ORDER)
		die("the framebuffer has no usable mode");
	// what an earlier mode left there would be in the way
	utcb()->mr[0] = fpage_mem(FRAME_ADDR, FRAME_ORDER, MEM_RW), utcb()->mr[1] = 1;
	(void)!sys_request(CAP_SELF, TASK_UNMAP, 2);
	if (fb_map(s->frame, FRAME_ADDR, FRAME_ORDER) != OK)
		die("the framebuffer cannot be mapped");
	s->mode = m;
	s->screen = (struct gui_info){ m.width, m.height, 0, 1 };
	s->bare.width = (int32_t)m.width, s->bare.height = (int32_t)m.height;
	s->bare.x = s->bare.x < s->bare.width ? s->bare.x : s->bare.width - 1;
	s->bare.y = s->bare.y < s->bare.height ? s->bare.y : s->bare.height - 1;
	s->pointer = (struct rect){ s->bare.x, s->bare.y, POINTER_W, POINTER_H };
}

void
surface_open(struct surface *s)
{
	s->gui = startup_use("gui"), s->fb = startup_use("fb"), s->drv = startup_use("input");
	s->whole = s->gui == NULL;
	if (s->whole && (s->fb == NULL || s->drv == NULL))
		die("the scenario gives neither a gui session nor fb and input");
	if (s->whole) {
		s->frame.gate = s->fb->gate;
		s->input = gui_input(s->drv->shared);
		find_frame(s);
		s->bare.x = s->bare.width / 2, s->bare.y = s->bare.height / 2;
		s->pointer = (struct rect){ s->bare.x, s->bare.y, POINTER_W, POINTER_H };
		return;
	}
	s->session.gate = s->gui->gate;
	s->input = gui_input(s->gui->shared);
	if (gui_info(s->session, &s->screen) != OK)
		die("nitpicker does not answer");
}

uint64_t
surface_room(const struct surface *s)
{
	if (s->whole)
		return ~0ull;
	return s->gui->shared_size > GUI_PIXELS ?
		(s->gui->shared_size - GUI_PIXELS) / sizeof(uint32_t) : 0;
}

bool
surface_buffer(struct surface *s, uint32_t width, uint32_t height, uint32_t *memory)
{
	if (s->whole ? memory == NULL : gui_buffer(s->session, width, height) != OK)
		return false;
	s->buffer = (struct canvas){ s->whole ? memory : gui_pixels(s->gui->shared), (int32_t)width,
		                     (int32_t)height, (int32_t)width };
	return true;
}

// The buffer's pixels to the screen's; with the pointer where it belongs.
static void
copy(struct surface *s, struct rect r)
{
	struct rect screen = { 0, 0, (int32_t)s->mode.width, (int32_t)s->mode.height };
	struct rect have = { 0, 0, s->buffer.width, s->buffer.height };

	r = both(both(r, screen), have);
	for (int32_t y = r.y; y < r.y + r.h; y++) {
		uint32_t *to = (uint32_t *)(uintptr_t)(FRAME_ADDR + (uint64_t)y * s->mode.pitch);
		const uint32_t *from = s->buffer.px + (size_t)y * (size_t)s->buffer.stride;

		memcpy(to + r.x, from + r.x, (size_t)r.w * 4);
	}
	struct rect p = both(r, s->pointer);

	for (int32_t y = p.y; y < p.y + p.h; y++) {
		uint32_t *to = (uint32_t *)(uintptr_t)(FRAME_ADDR + (uint64_t)y * s->mode.pitch);

		for (int32_t x = p.x; x < p.x + p.w; x++) {
			char dot = pointer_shape[y - s->pointer.y][x - s->pointer.x];

			if (dot != ' ')
				to[x] = dot == '#' ? 0 : 0xffffff;
		}
	}
	(void)!fb_refresh(s->frame, r);
}

void
surface_place(struct surface *s, struct rect r)
{
	if (!s->whole) {
		(void)!gui_view(s->session, 0, r, 0, 0);
		return;
	}
	struct rect all = { 0, 0, s->buffer.width, s->buffer.height };

	if (r.w == 0)
		memset(s->buffer.px, 0, (size_t)s->buffer.stride * (size_t)s->buffer.height * 4);
	copy(s, all);
}

void
surface_front(struct surface *s)
{
	if (!s->whole)
		(void)!gui_stack(s->session, 0, false);
}

void
surface_title(struct surface *s, const char *title)
{
	if (!s->whole)
		(void)!gui_title(s->session, 0, title);
}

void
surface_refresh(struct surface *s, struct rect r)
{
	if (s->whole)
		copy(s, r);
	else
		(void)!gui_refresh(s->session, r);
}

bool
surface_signal(struct surface *s, uint64_t label, uint64_t bits, bool *mode)
{
	*mode = false;
	if (!s->whole) {
		*mode = label == s->gui->label && (bits & GUI_SIGNAL_MODE) != 0 &&
			gui_info(s->session, &s->screen) == OK;
		return label == s->gui->label;
	}
	if (label == s->fb->label) {
		find_frame(s);
		*mode = true;
	}
	return label == s->fb->label || label == s->drv->label;
}

static void
move_pointer(struct surface *s)
{
	struct rect old = s->pointer;

	s->pointer.x = s->bare.x, s->pointer.y = s->bare.y;
	copy(s, old);
	copy(s, s->pointer);
}

bool
surface_event(struct surface *s, struct input_event *ev)
{
	struct input_event raw;

	if (!s->whole)
		return input_get(&s->input, ev);
	for (unsigned n = 0; n < INPUT_SLOTS && input_get(&s->input, &raw); n++)
		if (bare_event(&s->bare, &raw, ev)) {
			if (ev->type == INPUT_MOTION)
				move_pointer(s);
			return true;
		}
	return false;
}
