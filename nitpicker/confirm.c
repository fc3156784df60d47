// SPDX-License-Identifier: MIT
// See confirm.h; session.c gathers the facts.
#include "confirm.h"

bool
confirm_holds(uint32_t facts)
{
	static const bool wanted[CONFIRM_FACTS] = {
		[CONFIRM_TRUSTED] = true,
		[CONFIRM_FOCUSED] = true,
		[CONFIRM_AIMED] = true,
		[CONFIRM_RESTED] = true,
		[CONFIRM_FOCUS_RESTED] = true,
		[CONFIRM_POINTER_RESTED] = true,
		[CONFIRM_XRAY] = false,
		[CONFIRM_KILL] = false,
		[CONFIRM_PICKED] = false,
		[CONFIRM_CHORD] = false,
		[CONFIRM_GLASS] = false,
		[CONFIRM_COVERED] = false,
		[CONFIRM_OUTSIDE] = false,
		[CONFIRM_HELD] = false,
	};

	for (unsigned n = 0; n < CONFIRM_FACTS; n++)
		if ((facts >> n & 1) != wanted[n])
			return false;
	return true;
}
