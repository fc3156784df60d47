// SPDX-License-Identifier: MIT
// What goes no further is counted by reason and said in the log: totals, when one has
// grown tenfold, and when for a second no more came, every ten seconds at most.  lwIP's
// own reasons (a wrong checksum, fragments that never become whole) are not among these.
#pragma once

enum drop {
	DROP_DRIVER,            // the card's driver had no room for it: we do not keep up
	DROP_MEMORY,            // no buffer
	DROP_CARD,              // to the card, whose driver does not keep up
	DROP_TUNNEL,            // to the viaduct or ike, which does not keep up
	DROP_ROUTE,             // nowhere to go from here, or it has been under way for too long
	DROPS,
};

void drop(enum drop why);
// To be called often: looks about once a second.
void drops_say(void);
