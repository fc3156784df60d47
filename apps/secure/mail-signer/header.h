// SPDX-License-Identifier: MIT
// What header fields say: encoded words and the sender (words.c, sender.c).
#pragma once

#include "message.h"

// Decode the encoded words (RFC 2047) of all fields into text[0..*n), which has room
// for as many bytes as the header.  Only words that stand alone, in UTF-8 or US-ASCII,
// encoded without any freedom, are accepted.
struct message_verdict words_decode(struct message *m, uint8_t *text, size_t *n);

// Find the sender's address.  From is one name, or none, and one address; the name
// has no other address in it.
struct message_verdict sender_check(struct message *m);

// Sender, Reply-To, To and Cc are lists of such names and addresses, with a comma between
// them: no groups, comments, routes or escapes, which mail programs rewrite.
struct message_verdict people_check(const struct message *m);

// The line that byte `at` of m is in, 1 = first.
uint32_t message_line(const struct message *m, size_t at);
