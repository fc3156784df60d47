// SPDX-License-Identifier: MIT
// The rules for what may be signed: one RFC 5322 message of plain text, every
// byte of it understood.  Pure policy; main.c hands in its private copy.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <app/sign.h>

enum {
	MESSAGE_MAX        = 256 * 1024,        // bytes of a message
	MESSAGE_LINE_MAX   = 998,               // without CRLF; RFC 5322 section 2.1.1
	MESSAGE_FIELDS_MAX = 256,
	MESSAGE_FIELD_MAX  = 4096,              // bytes of a header field with its CRLF
};

enum message_encoding { ENCODING_7BIT, ENCODING_QP, ENCODING_BASE64 };

// Offsets into the message's bytes: the name, then ':' at value - 1; end is
// behind the field's last CRLF.  With encoded words, what it says without them is
// words[words .. words_end) of the message; otherwise words_end is 0.
struct message_field { uint32_t start, value, end, words, words_end; };

struct message {
	const uint8_t *bytes;
	size_t length;
	struct message_field field[MESSAGE_FIELDS_MAX];
	unsigned fields;
	const uint8_t *words;           // fields with decoded words: valid UTF-8, no controls
	size_t address, address_end;    // the sender's, in bytes
	const uint8_t *text;            // the body as a reader sees it: decoded, valid UTF-8,
	size_t text_length;             // no NUL, no bare CR; bare LF only where it was encoded
	enum message_encoding encoding;
	bool utf8;                      // declared charset: utf-8, else us-ascii
	bool protects;                  // declared hp: clear
};

// Where and why; line 1 is the first, 0 means the message as a whole.
struct message_verdict { enum sign_refusal why; uint32_t line; };

// Check bytes[0..length) completely: RFC 5322, 2045, 2046 and 2047, of these only the
// forms that all mail programs understand alike and that no transport changes.  On
// SIGN_OK *m describes it; m keeps pointers to `bytes` and to `text`, storage for
// MESSAGE_MAX bytes that receives what was decoded.
struct message_verdict message_check(const uint8_t *bytes, size_t length, uint8_t *text,
                                     struct message *m);

// The field with this lower-case name, or NULL.
const struct message_field *message_find(const struct message *m, const char *name);

// Field f of m has this lower-case name.
bool message_named(const struct message *m, const struct message_field *f, const char *name);

// True when the sender's address is mail[0..n), ASCII case ignored.
bool message_is_from(const struct message *m, const uint8_t *mail, size_t n);

// The sentence a user reads.
const char *sign_refusal_text(enum sign_refusal why);
