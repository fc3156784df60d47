// SPDX-License-Identifier: MIT
// What the core decides, apart from how it is asked and shown: one line of text
// at a time is open, then approved or refused.  No system calls here, so that it
// is tested on the host (tests/unit/sample_test.c).
#pragma once

#include <stdbool.h>
#include <app/sample.h>

enum ask_state { ASK_NOTHING, ASK_OPEN, ASK_APPROVED, ASK_REFUSED };

struct ask {
	enum ask_state state;
	char     text[SAMPLE_TEXT_MAX];
	size_t   length;
	uint64_t approved;      // how many so far
	bool     focused;       // the window has the user's keys; for the glue to set
};

// A new line of text; `shared` may change at any time.  A failed call changes nothing.
// While the window has the focus none is taken: nothing comes below the user's hand,
// in the place of what was just decided.
enum err ask_put(struct ask *a, const char *shared, uint64_t bytes);

// The user's decision; without an open line it has no meaning and no effect.
void ask_decide(struct ask *a, bool yes);

// As SAMPLE_ANSWER.
enum err ask_answer(const struct ask *a, uint64_t *number);
