// SPDX-License-Identifier: MIT
// Gui session, served by nitpicker: what client and server must agree on.
// The client's calls are in gui.h.
//
// It contains an input session (the ring at the start of the shared memory),
// a place for one clipboard text, and pixels (the rest); views show rectangles
// of the pixel buffer on the screen.
//
// Shared memory:  0      struct input_ring, nitpicker produces
//                 4352   clipboard text, GUI_CLIP_MAX bytes
//                 8192   pixels, XRGB8888 or ARGB8888, row after row
// The buffer's size in pixels is set by GUI_BUFFER and must fit what is there.
// A client draws into its buffer whenever it likes and then says GUI_REFRESH,
// which returns when the screen shows it: that is all there is to wait for.  To
// show nothing half drawn, draw beside what is shown and move the view's offset.
//
// Views are numbered by the client.  Coordinates of views are screen pixels,
// between +-GUI_POSITION_MAX; those of a child count from its parent's corner.
// All numbers are checked; a failed call changes nothing; words not sent count
// as 0.  SESSION_RESET (reset.h): no views, no buffer, the input ring from its start.
// After the user locked the session out every call fails with ERR_GONE.
#pragma once

#include <session/input.h>
#include <session/rect.h>

enum {
	GUI_CLIP = 4352,        // offset of the clipboard text in the shared memory
	GUI_PIXELS = 8192,      // offset of the buffer
	GUI_CLIP_MAX = GUI_PIXELS - GUI_CLIP,
	GUI_TITLE_MAX = 48,     // bytes; shown as ASCII, others become '?'
	GUI_SIZE_MAX = 8192,    // width and height of buffers and views
	GUI_POSITION_MAX = 1 << 20,
	GUI_FRAME = 2,          // so many pixels at each edge of a view are nitpicker's, unless the
				// scenario says otherwise, or a parent's frame surrounds it
};
_Static_assert(GUI_CLIP >= sizeof(struct input_ring), "layout");

enum gui_op {
	GUI_INFO = 1,           // -> mr0 screen width, mr1 height, mr2 height of the reserved
				//    strip, mr3 number of views this session's memory allows
	GUI_BUFFER,             // mr0 width, mr1 height; ERR_ARG if it does not fit the memory;
				// mr2 1: bits 24..31 are alpha (not premultiplied), else ignored.
				// In X-ray mode alpha is off; nothing can be confirmed with it
	GUI_VIEW,               // mr0 view, mr1..4 x y w h on the screen, mr5 mr6 buffer offset
				// x y shown at its corner: creates or changes it; new views are
				// on top; w == 0 and h == 0 removes it, with its children.
				// mr7: 0, or parent view + 1, when it is created: it stays above
				// its parent, moves and is stacked with it, is not clipped; a
				// child or a background has no children
	GUI_STACK,              // mr0 view, mr1 enum gui_place
	GUI_TITLE,              // mr0 view, mr1 length, text in mr2...
	GUI_REFRESH,            // mr0..3 x y w h in buffer coordinates
	GUI_CONFIRM,            // mr0 view, mr1 milliseconds, of which fewer than 1000 count as
				// 1000: OK if all of the view is shown as it was drawn and has
				// been so, unmoved, with the focus, that long, and the last key
				// or click was for it; in normal mode and a session with role
				// trusted only (nitpicker/confirm.h); else ERR_REFUSED
	GUI_COPY,               // mr0 bytes 0..GUI_CLIP_MAX of the clipboard text: the answer to
				// GUI_SIGNAL_COPY
	GUI_PASTE,              // the answer to GUI_SIGNAL_PASTE: -> mr0 bytes, now in the
				// clipboard text and nowhere else.  Unasked, asked of somebody
				// else, more than a second late, no longer focused: ERR_REFUSED
};

// Where among the views of its band: the scenario puts a session into the top, the
// normal or the bottom one, below which is the background.  A child: among its siblings.
enum gui_place {
	GUI_FRONT,
	GUI_BACK,
	GUI_BACKGROUND,         // below all others for good; it is no child and has none.  Sessions
				// without that right get ERR_REFUSED
};

// Besides INPUT_SIGNAL.
enum {
	GUI_SIGNAL_MODE = 1,    // screen size changed, ask GUI_INFO
	GUI_SIGNAL_COPY = 4,    // the user wants what is marked in the clipboard
	GUI_SIGNAL_PASTE = 8,   // the user wants the clipboard inserted
};

static inline struct input_end
gui_input(uint64_t shared)
{
	return (struct input_end){ (struct input_ring *)(uintptr_t)shared, 0, 0 };
}

static inline uint8_t *
gui_clip(uint64_t shared)
{
	return (uint8_t *)(uintptr_t)(shared + GUI_CLIP);
}

static inline uint32_t *
gui_pixels(uint64_t shared)
{
	return (uint32_t *)(uintptr_t)(shared + GUI_PIXELS);
}
