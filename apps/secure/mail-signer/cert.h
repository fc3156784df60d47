// SPDX-License-Identifier: MIT
// The signer's certificate, as far as signing and showing it need it.  Whether
// anybody trusts it is for the receiver to decide: no signature is checked here.
#pragma once

#include <stddef.h>
#include <base/utc.h>

enum { CERT_CHAIN_MAX = 8, CERT_BYTES_MAX = 16384 };

struct span { const unsigned char *data; size_t size; };

// Points into the DER that was read: keep that.  Texts are raw bytes of at most
// 256, ASCII or UTF-8 by declaration only: whoever shows them must escape them.
// A text that the certificate does not have is empty.
struct cert {
	struct span chain;              // all certificates given, signer's first
	struct span first;              // the signer's
	struct span issuer, serial;     // DER elements of the signer's
	struct span public_key;         // its SubjectPublicKeyInfo
	struct span name;               // common name of the subject
	struct span mail;               // first rfc822Name, else emailAddress
	struct span issuer_name;        // common name of the issuer, else organisation
	struct utc not_before, not_after;
};

// der: one to CERT_CHAIN_MAX certificates (RFC 5280 section 4.1), one after the
// other.  False when it is anything else.
bool cert_read(const unsigned char *der, size_t size, struct cert *out);
