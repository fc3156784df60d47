// SPDX-License-Identifier: MIT
#include <string.h>
#include "ask.h"

// What the user sees is exactly what there is: no control characters, no
// look-alikes from other scripts.
static bool
printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

enum err
ask_put(struct ask *a, const char *shared, uint64_t bytes)
{
	char copy[SAMPLE_TEXT_MAX];

	if (a->state == ASK_OPEN || a->focused)
		return ERR_BUSY;
	if (bytes == 0 || bytes > sizeof copy)
		return ERR_ARG;
	// first copy, then check: the other side may write at this moment
	memcpy(copy, shared, bytes);
	if (!printable(copy, bytes))
		return ERR_ARG;
	memcpy(a->text, copy, bytes);
	a->length = bytes;
	a->state = ASK_OPEN;
	return OK;
}

void
ask_decide(struct ask *a, bool yes)
{
	if (a->state != ASK_OPEN)
		return;
	a->state = yes ? ASK_APPROVED : ASK_REFUSED;
	a->approved += yes;
}

enum err
ask_answer(const struct ask *a, uint64_t *number)
{
	static const enum err answers[] = {
		[ASK_NOTHING] = ERR_OP, [ASK_OPEN] = ERR_BUSY,
		[ASK_APPROVED] = OK, [ASK_REFUSED] = ERR_REFUSED,
	};

	*number = a->state == ASK_APPROVED ? a->approved : 0;
	return answers[a->state];
}
