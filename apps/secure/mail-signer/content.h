// SPDX-License-Identifier: MIT
// The body of a message: MIME type, charset and transfer encoding.  Called by
// message_check when the header is known to be well formed.
#pragma once

#include "message.h"

// Body at offset `body`, whose first line is number `line`; sets text,
// text_length, encoding, utf8 and protects of *m.  `text`: room for the body's bytes.
struct message_verdict content_check(struct message *m, size_t body, uint32_t line, uint8_t *text);

// What c stands for, or -1.
int hex_digit(uint8_t c);

// RFC 2045 section 6.8, without foreign characters, text behind the padding or set bits
// below it: p[0 .. end) to text[*n ..).  `line`: number of the first, for the verdict.
struct message_verdict decode_base64(const uint8_t *p, const uint8_t *end, uint32_t line,
                                     uint8_t *text, size_t *n);
