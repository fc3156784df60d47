// SPDX-License-Identifier: MIT
// CMS SignedData (RFC 5652): a detached signature with signed attributes content
// type, signing time, message digest and signing certificate (RFC 5035).
#pragma once

#include "key.h"

// Bytes that a signature needs at most, besides those of the certificates.
enum { CMS_OVERHEAD = 2048 };

// The DER goes to the end of out: out + cap - *size.
__attribute__((warn_unused_result))
enum key_error cms_sign(struct key *key, const unsigned char *content, size_t content_size,
	struct utc time, unsigned char *out, size_t cap, size_t *size);
