// SPDX-License-Identifier: MIT
// Text from one session to another, by the user's chords alone: one asks the
// focused session for what is marked there, another offers it to the focused
// session, once.  No session can ask for it, learn that it is there, or keep it
// from being wiped.
#include <string.h>
#include "nitpicker.h"

enum { ANSWER_MS = 1000 };

void
clipboard_chord(struct nitpicker *np, bool paste)
{
	struct clipboard *c = &np->clip;

	c->asked = NULL;
	if (np->focus == NULL || (paste && c->size == 0))
		return;
	c->asked = np->focus;
	c->paste = paste;
	c->until = np->now + ANSWER_MS * np->tsc_khz;
	nitpicker_signal(c->asked, paste ? GUI_SIGNAL_PASTE : GUI_SIGNAL_COPY);
}

// The answer to the last chord, by whom it asked, in time: once.
static bool
answers(struct nitpicker *np, const struct session *s, bool paste)
{
	struct clipboard *c = &np->clip;

	if (c->asked != s || c->paste != paste || np->focus != s || np->now > c->until)
		return false;
	c->asked = NULL;
	return true;
}

enum err
clipboard_copy(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct clipboard *c = &np->clip;

	if (!answers(np, s, false))
		return ERR_REFUSED;
	memset(c->text, 0, sizeof c->text);
	c->size = (uint32_t)mr[0];
	memcpy(c->text, gui_clip(s->plan->shared), c->size);
	c->source = s;
	c->target = NULL;
	nitpicker_log("copied from", s);
	paint(np, np->strip);
	return OK;
}

enum err
clipboard_paste(struct nitpicker *np, struct session *s, uint64_t *mr)
{
	struct clipboard *c = &np->clip;

	if (!answers(np, s, true))
		return ERR_REFUSED;
	memcpy(gui_clip(s->plan->shared), c->text, c->size);
	mr[0] = c->size;
	memset(c->text, 0, sizeof c->text);
	c->size = 0;
	c->target = s;
	nitpicker_log("pasted to", s);
	paint(np, np->strip);
	return OK;
}
