// SPDX-License-Identifier: MIT
// When an answer of the user counts.  Somebody could show another question just
// before a key is pressed, or cover the window at all but a few moments; so the
// question must have been there, and the window entirely visible, focused and
// unmoved, for a while.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CONFIRM_REST_MS = 400 };

struct confirm { uint64_t since; };     // when the question appeared, ms

static inline void
confirm_ask(struct confirm *c, uint64_t now_ms)
{
	c->since = now_ms;
}

// `visible` says whether the window has been entirely visible, focused and
// unmoved for so many milliseconds (gui_confirm); it is asked at last.
static inline bool
confirm_counts(const struct confirm *c, uint64_t now_ms,
               bool (*visible)(void *self, uint32_t ms), void *self)
{
	return now_ms - c->since >= CONFIRM_REST_MS && visible(self, CONFIRM_REST_MS);
}
