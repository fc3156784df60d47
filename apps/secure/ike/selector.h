// SPDX-License-Identifier: MIT
// Traffic selectors (RFC 7296, 2.9 and 3.13): one range of IPv4 addresses each
// way, any protocol, any port.
#pragma once

#include "wire.h"

// type: PAY_TSI or PAY_TSR.
void selector_write(struct writer *w, enum payload type, struct sa_range range);

// The first selector in `ts` that shares addresses with *range: *range becomes
// what they share.  An answer is one selector, which lies within *range.  False:
// there is none, or the payload is malformed.
bool selector_read(const struct body *ts, bool answer, struct sa_range *range);
