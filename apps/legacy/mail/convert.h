// SPDX-License-Identifier: MIT
// A message in the form that every transport leaves alone and every mail program reads
// alike, which is the only one that the signer takes.
#pragma once

#include <stddef.h>

// in: a message with CRLF lines, in UTF-8 or US-ASCII, plain text.  Out comes the same
// with 7-bit bytes only: encoded words in the header, quoted-printable where the body
// needs it, and Content-Type as RFC 9788 wants it, without comments, and without
// parameters and Content fields that only some programs heed.  Returns its size; 0: it
// is none of that, or does not fit.
size_t convert(const char *in, size_t size, char *out, size_t room);
