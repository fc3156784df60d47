// SPDX-License-Identifier: MIT
// Encoded words in header fields (RFC 2047), for display only.
#pragma once

// Decode the UTF-8 and US-ASCII words of a NUL-terminated field where it
// stands; anything else, and anything broken, stays as it is.
void word_decode(char *field);
