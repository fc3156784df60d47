// SPDX-License-Identifier: MIT
// When an answer to a trusted core counts: one table over everything that could make the
// user see something else than what the core drew, or answer something else than what it
// asked.  tests/unit/nitpicker_confirm_test.c enumerates it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum confirm_fact {
	CONFIRM_TRUSTED,        // the session's role in the scenario
	CONFIRM_FOCUSED,        // it has the keyboard
	CONFIRM_AIMED,          // the last press was for it; a button was released over the view
	CONFIRM_RESTED,         // its view, and what lies above, has not changed for long enough:
				// not new, moved, resized, turned, restacked, nor the screen's mode
	CONFIRM_FOCUS_RESTED,   // nor the focus
	CONFIRM_POINTER_RESTED, // the pointer came to this view that long ago, or a key answers
	CONFIRM_XRAY,           // X-ray mode is on
	CONFIRM_KILL,           // kill mode is on
	CONFIRM_PICKED,         // a session is picked out: others are faded
	CONFIRM_CHORD,          // the X-ray key is down
	CONFIRM_GLASS,          // what lies below shines through
	CONFIRM_COVERED,        // something lies above
	CONFIRM_OUTSIDE,        // not all of it is on the body of the screen
	CONFIRM_HELD,           // more is held than the key or button that answers
	CONFIRM_FACTS,
};

enum { CONFIRM_LEAST_MS = 1000 };       // for anything to have rested

// facts: bit n is enum confirm_fact n.
bool confirm_holds(uint32_t facts);
