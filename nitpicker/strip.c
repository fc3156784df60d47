// SPDX-License-Identifier: MIT
// The reserved strip at the top: who has the keyboard, its colour, its trust
// mark, the scenario, the mode.  No view covers it.
#include <string.h>
#include "nitpicker.h"

// A box of the strip as wide as its text; returns where the next one begins.
static int32_t
box(struct canvas *c, struct rect clip, int32_t x, struct text t)
{
	struct rect r = { x, 0, (t.len + 2) * GLYPH_W, STRIP };

	canvas_text(c, clip, r, GLYPH_W, t);
	return x + r.w;
}

static struct text
label(const struct session *s)
{
	return (struct text){ s->plan->label, s->label_len, COLOUR_BLACK, s->colour };
}

static int32_t
focus_boxes(const struct session *s, struct canvas *c, struct rect clip)
{
	bool trusted = s != NULL && s->plan->flags & STARTUP_CLIENT_TRUSTED;
	struct text none = { "no focus", 8, COLOUR_STRIP_SECOND, COLOUR_STRIP };
	struct text mark = { trusted ? "trusted" : "legacy", trusted ? 7 : 6,
	                     trusted ? COLOUR_TRUSTED : COLOUR_LEGACY, COLOUR_STRIP };

	if (s == NULL)
		return box(c, clip, 0, none);
	return box(c, clip, box(c, clip, 0, label(s)), mark);
}

// What the clipboard holds, or where it went last.
static int32_t
clipboard_boxes(const struct clipboard *clip, struct canvas *c, struct rect at, int32_t x)
{
	struct text copied = { "copied from", 11, COLOUR_STRIP_TEXT, COLOUR_STRIP };
	struct text pasted = { "pasted to", 9, COLOUR_STRIP_TEXT, COLOUR_STRIP };

	if (clip->source == NULL)
		return x;
	x = box(c, at, box(c, at, x, copied), label(clip->source));
	return clip->target == NULL ? x :
		box(c, at, box(c, at, x, pasted), label(clip->target));
}

void
strip_draw(const struct nitpicker *np, struct canvas *c, struct rect clip)
{
	static const char kill[] = "KILL MODE   click a view, or Tab and Enter, "
		"to lock out its session; Esc or F11 leaves";
	struct rect all = strip_rect(np);
	struct text title = { np->title, (int32_t)strlen(np->title),
	                      COLOUR_STRIP_SECOND, COLOUR_STRIP };
	struct text mode = { "X-RAY", 5, COLOUR_BLACK, COLOUR_WHITE };

	if (rect_empty(clip))
		return;
	if (np->kill) {
		struct text t = { kill, sizeof kill - 1, COLOUR_WHITE, COLOUR_KILL };

		canvas_text(c, clip, all, GLYPH_W, t);
		if (np->spot != NULL)
			box(c, clip, all.w - (np->spot->label_len + 2) * GLYPH_W, label(np->spot));
		return;
	}
	int32_t left = clipboard_boxes(&np->clip, c, clip, focus_boxes(np->focus, c, clip));
	int32_t right = all.w;

	if (np->xray) {
		right -= (mode.len + 2) * GLYPH_W;
		box(c, clip, right, mode);
		if (np->spot != NULL) {
			right -= (np->spot->label_len + 2) * GLYPH_W;
			box(c, clip, right, label(np->spot));
		}
	}
	struct rect rest = { left, 0, right - left, STRIP };
	int32_t indent = rest.w - (title.len + 1) * GLYPH_W;

	canvas_text(c, clip, rest, indent > 0 ? indent : 0, title);
}
