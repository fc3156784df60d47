// SPDX-License-Identifier: MIT
// Traffic selectors (RFC 7296, 2.9 and 3.13): one range of IPv4 addresses each
// way, any protocol, any port.
#pragma once

#include <session/sa.h>
#include "wire.h"

// type: PAY_TSI or PAY_TSR.
void selector_write(struct writer *w, enum payload type, struct sa_range range);

// The first selector in `ts` that shares addresses with *range: *range becomes
// what they share.  False: there is none, or the payload is malformed.
bool selector_narrow(struct slice ts, struct sa_range *range);

// For an answer: it is one selector, and lies within *range.
bool selector_answer(struct slice ts, struct sa_range *range);
