// SPDX-License-Identifier: MIT
// When an answer of the user counts.  Somebody could show another question just
// before a key is pressed, or cover the window at all but a few moments; so the
// question must have been there, and the window entirely visible, focused and
// unmoved, for a while.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { CONFIRM_REST_MS = 400 };

// `since` is when the question appeared, `now` when it was answered, in ms.  `visible`
// says whether the window has been entirely visible, focused and unmoved for so many
// milliseconds (core_visible).
static inline bool
confirm_counts(uint64_t since, uint64_t now, bool (*visible)(void *self, uint32_t ms), void *self)
{
	return now - since >= CONFIRM_REST_MS && visible(self, CONFIRM_REST_MS);
}
