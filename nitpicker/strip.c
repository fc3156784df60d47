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

static int32_t
focus_boxes(const struct session *s, struct canvas *c, struct rect clip)
{
	bool trusted = s != NULL && s->plan->flags & STARTUP_CLIENT_TRUSTED;
	struct text none = { "no focus", 8, COLOUR_STRIP_SECOND, COLOUR_STRIP };
	struct text mark = { trusted ? "trusted" : "legacy", trusted ? 7 : 6,
	                     trusted ? COLOUR_TRUSTED : COLOUR_LEGACY, COLOUR_STRIP };

	if (s == NULL)
		return box(c, clip, 0, none);
	struct text label = { s->plan->label, s->label_len, COLOUR_BLACK, s->colour };

	return box(c, clip, box(c, clip, 0, label), mark);
}

void
strip_draw(const struct nitpicker *np, struct canvas *c, struct rect clip)
{
	static const char kill[] = "KILL MODE   click a view to lock out its session, Esc or F11 leaves";
	struct rect all = { 0, 0, np->screen.area.w, STRIP };
	struct text title = { np->title, (int32_t)strlen(np->title), COLOUR_STRIP_SECOND, COLOUR_STRIP };
	struct text mode = { "X-RAY", 5, COLOUR_BLACK, COLOUR_WHITE };

	if (rect_empty(clip))
		return;
	if (np->kill) {
		struct text t = { kill, sizeof kill - 1, COLOUR_WHITE, COLOUR_KILL };

		canvas_text(c, clip, all, GLYPH_W, t);
		return;
	}
	int32_t left = focus_boxes(np->focus, c, clip);
	int32_t right = all.w;

	if (np->xray) {
		right -= (mode.len + 2) * GLYPH_W;
		box(c, clip, right, mode);
	}
	struct rect rest = { left, 0, right - left, STRIP };
	int32_t indent = rest.w - (title.len + 1) * GLYPH_W;

	canvas_text(c, clip, rest, indent > 0 ? indent : 0, title);
}
