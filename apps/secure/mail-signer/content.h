// SPDX-License-Identifier: MIT
// The body of a message: MIME type, charset and transfer encoding.  Called by
// message_check when the header is known to be well formed.
#pragma once

#include "message.h"

// Body at offset `body`, whose first line is number `line`; sets text,
// text_length, encoding and utf8 of *m.  `text`: MESSAGE_MAX bytes.
struct message_verdict content_check(struct message *m, size_t body, uint32_t line, uint8_t *text);
