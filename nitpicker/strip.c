// SPDX-License-Identifier: MIT
// The reserved strip at the top: who has the keyboard, its colour, its trust mark, the same of
// whose view is under the pointer if that is another one, what was copied, the scenario, the
// mode, and that there is no keyboard.  No view covers it.
#include "nitpicker.h"

// What is not to be said has no text.
static struct text
words(bool said, const char *s, uint32_t colour)
{
	return (struct text){ said ? s : "", colour, COLOUR_STRIP };
}

void
strip_look(struct nitpicker *np, struct work *w)
{
	const struct view *v = stack_at(np, np->x, np->y);
	struct session *s = v != NULL ? v->session : NULL;

	w->look = false;
	if (s != w->named)
		w->any = true, w->strip = np->strip;
	w->named = s;
}

static struct text
label(const struct session *s)
{
	return s != NULL ? session_label(s) : words(false, NULL, 0);
}

static struct text
trust_mark(const struct session *s)
{
	if (s == NULL)
		return words(true, "no focus", COLOUR_STRIP_SECOND);
	bool trusted = s->plan->flags & STARTUP_CLIENT_TRUSTED;

	return words(true, trusted ? "trusted" : "legacy",
	             trusted ? COLOUR_TRUSTED : COLOUR_LEGACY);
}

void
strip_draw(const struct nitpicker *np, struct canvas *c, struct rect clip)
{
	const struct session *from = np->clip.source, *to = np->clip.target;
	const struct session *at = np->work.named != np->focus ? np->work.named : NULL;
	const struct text left[] = {
		label(np->focus), trust_mark(np->focus),
		words(at != NULL, "pointer at", COLOUR_STRIP_TEXT), label(at),
		at != NULL ? trust_mark(at) : words(false, NULL, 0),
		words(from != NULL, "copied from", COLOUR_STRIP_TEXT), label(from),
		words(to != NULL, "pasted to", COLOUR_STRIP_TEXT), label(to),
	}, kill[] = {
		{ "KILL MODE", COLOUR_WHITE, COLOUR_KILL }, label(np->spot),
		{ np->spot != NULL ? "ends by Enter or another click; Tab: next; Esc: nothing" :
		  "click a view, or Tab, to choose whom; Esc leaves", COLOUR_WHITE, COLOUR_KILL },
	}, right[] = {
		{ np->no_keyboard ? "no keyboard" : "", COLOUR_WHITE, COLOUR_KILL },
		np->kill ? words(false, NULL, 0) : label(np->spot),
		{ np->xray && !np->kill ? "X-RAY" : "", COLOUR_BLACK, COLOUR_WHITE },
	}, title = words(!np->kill, np->title, COLOUR_STRIP_SECOND);
	struct rect rest = np->strip;
	int32_t end = rest.w - canvas_text_width(right, 3, GLYPH_W);

	canvas_text(c, clip, (struct rect){ end, 0, rest.w - end, STRIP }, GLYPH_W, right, 3);
	rest.w = end;
	rest.x = canvas_text(c, clip, rest, GLYPH_W, np->kill ? kill : left, np->kill ? 3 : 9);
	rest.w -= rest.x;
	// the title at the right of what is left
	struct rect blank = rest;
	int32_t w = canvas_text_width(&title, 1, GLYPH_W);

	blank.w -= w < rest.w ? w : rest.w;
	canvas_fill(c, rect_and(clip, blank), np->kill ? COLOUR_KILL : COLOUR_STRIP);
	rest.x += blank.w, rest.w -= blank.w;
	canvas_text(c, clip, rest, GLYPH_W, &title, 1);
}
