// SPDX-License-Identifier: MIT
// Stepping through DER: a reader stands in front of an element or at the end.
// Every length is checked against the end of what surrounds it.
#pragma once

#include <string.h>
#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include "cert.h"

struct der { unsigned char *p; const unsigned char *end; };

enum {
	DER_INTEGER = MBEDTLS_ASN1_INTEGER, DER_OID = MBEDTLS_ASN1_OID,
	DER_OCTETS = MBEDTLS_ASN1_OCTET_STRING, DER_BITS = MBEDTLS_ASN1_BIT_STRING,
	DER_SEQUENCE = MBEDTLS_ASN1_SEQUENCE | MBEDTLS_ASN1_CONSTRUCTED,
	DER_SET = MBEDTLS_ASN1_SET | MBEDTLS_ASN1_CONSTRUCTED,
	DER_CONTEXT = MBEDTLS_ASN1_CONTEXT_SPECIFIC,
	DER_CONTEXT_OF = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED,
};

// mbedTLS wants pointers to what it does not change.
static inline struct der
der_open(const unsigned char *data, size_t size)
{
	return (struct der){ (unsigned char *)(uintptr_t)data, data + size };
}

static inline bool
der_at_end(const struct der *d)
{
	return d->p == d->end;
}

static inline int
der_tag(const struct der *d)
{
	return der_at_end(d) ? -1 : *d->p;
}

// Step over an element of this tag; *in then stands in front of its content.
static inline bool
der_enter(struct der *d, int tag, struct der *in)
{
	size_t size;

	if (mbedtls_asn1_get_tag(&d->p, d->end, &size, tag) != 0)
		return false;
	*in = der_open(d->p, size);
	d->p += size;
	return true;
}

// Step over an element of this tag; *whole is all of it.
static inline bool
der_skip(struct der *d, int tag, struct span *whole)
{
	const unsigned char *start = d->p;
	struct der in;

	if (!der_enter(d, tag, &in))
		return false;
	*whole = (struct span){ start, (size_t)(d->p - start) };
	return true;
}

static inline size_t
der_size(const struct der *in)
{
	return (size_t)(in->end - in->p);
}

// Is the content that *in stands in front of this object identifier?
static inline bool
der_equals(const struct der *in, const char *oid, size_t size)
{
	return der_size(in) == size && memcmp(in->p, oid, size) == 0;
}
#define DER_IS(in, oid) der_equals(in, oid, MBEDTLS_OID_SIZE(oid))
