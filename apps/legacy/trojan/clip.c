// SPDX-License-Identifier: MIT
// Attacks on the clipboard, which the user's chords move from session to session.
#include <string.h>
#include <sys/startup.h>
#include "trojan.h"

static const char forged[] = "forged by the trojan", brief[] = "short";

static uint32_t refused, answer_at;     // at: step; 0 = nothing is owed

static enum err
copy(const char *text)
{
	memcpy(gui_clip(trojan.use->shared), text, strlen(text));
	return gui_copy(trojan.gui, (uint32_t)strlen(text));
}

static enum err
paste(void)
{
	uint8_t *clip = gui_clip(trojan.use->shared);
	uint32_t n, beyond = 0;

	memset(clip, 0xee, GUI_CLIP_MAX);
	enum err e = gui_paste(trojan.gui, &n);

	if (e != OK)
		return e;
	report("pasted", n);
	for (uint32_t i = n; i < GUI_CLIP_MAX; i++)
		beyond += clip[i] != 0xee && clip[i] != 0;
	report("bytes beyond", beyond);
	return OK;
}

void
clip_start(void)
{
	refused = 0;
}

// Nobody asked.
void
clip_tick(void)
{
	if (paste() == ERR_REFUSED && copy(forged) == ERR_REFUSED)
		refused++;
	else
		log_line("clipboard taken");
	if (trojan.step % 5 == 0)
		report("clipboard refused", refused);
}

// Asked: a long text, at once a short one, too; and what was pasted, twice.
void
clip_signal(uint64_t bits)
{
	if (bits & GUI_SIGNAL_COPY) {
		report("copy", copy(forged));
		report("copy again", copy(brief));
	} else {
		report("paste", paste());
		report("paste again", paste());
	}
}

void
late_start(void)
{
	answer_at = 0;
}

void
late_signal(uint64_t bits)
{
	log_line("waits");
	if (bits & GUI_SIGNAL_COPY)
		answer_at = trojan.step + 15;
}

void
late_tick(void)
{
	if (answer_at == 0 || trojan.step < answer_at)
		return;
	answer_at = 0;
	report("late copy", copy(forged));
}
