// SPDX-License-Identifier: MIT
// S/MIME: from a message and a key to a multipart/signed message (RFC 8551
// section 3.5.3, RFC 1847).
#pragma once

#include "key.h"

// Bytes that the result has at most beyond the message, once more its header,
// and 3/2 of the certificates.
enum { SMIME_OVERHEAD = 4096 };

// message: exact bytes, checked by message.c; CRLF lines.  All of it is the
// signed part; fields other than Content-* and MIME-Version also stand outside,
// unsigned, for transport.  KEY_MESSAGE: no empty line after the header.  out
// must be private memory: the signature is computed over what was written
// there.  On error *size is 0 and out is wiped.
__attribute__((warn_unused_result))
enum key_error smime_sign(struct key *key, const unsigned char *message, size_t message_size,
	struct utc time, unsigned char *out, size_t cap, size_t *size);
