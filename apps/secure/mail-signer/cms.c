// SPDX-License-Identifier: MIT
// Writes the DER of a CMS signature backwards, as lengths come before what they
// measure.  smime.c calls it.

#include <mbedtls/asn1write.h>
#include <mbedtls/sha256.h>
#include "cms.h"
#include "der.h"

#define OID_CONTENT_TYPE   MBEDTLS_OID_PKCS9 "\x03"
#define OID_MESSAGE_DIGEST MBEDTLS_OID_PKCS9 "\x04"
#define OID_SIGNING_TIME   MBEDTLS_OID_PKCS9 "\x05"
#define OID_SIGNING_CERT   MBEDTLS_OID_PKCS9 "\x10\x02\x2f"     // id-aa-signingCertificateV2

// Once something did not fit, nothing more is written and `full` stays.
struct out { unsigned char *p, *start; bool full; };

static void
put(struct out *o, const void *data, size_t size)
{
	if (o->full || (size_t)(o->p - o->start) < size) {
		o->full = true;
		return;
	}
	o->p -= size;
	memcpy(o->p, data, size);
}

// Head of the element that ends at `end`.
static void
head(struct out *o, const unsigned char *end, int tag)
{
	if (!o->full && (mbedtls_asn1_write_len(&o->p, o->start, (size_t)(end - o->p)) < 0 ||
	    mbedtls_asn1_write_tag(&o->p, o->start, (unsigned char)tag) < 0))
		o->full = true;
}

static void
element(struct out *o, int tag, const void *data, size_t size)
{
	const unsigned char *end = o->p;

	put(o, data, size);
	head(o, end, tag);
}
#define OBJECT(o, oid) element(o, DER_OID, oid, MBEDTLS_OID_SIZE(oid))

// RFC 5754: parameters of SHA-256 and of ECDSA with it are left out.
static void
digest_algorithm(struct out *o)
{
	const unsigned char *end = o->p;

	OBJECT(o, MBEDTLS_OID_DIGEST_ALG_SHA256);
	head(o, end, DER_SEQUENCE);
}

// Close the attribute whose value ends at `end`: SEQUENCE { type, SET { value } }.
#define ATTRIBUTE(o, end, oid) \
	(head(o, end, DER_SET), OBJECT(o, oid), head(o, end, DER_SEQUENCE))

// RFC 5652 section 11.3: UTCTime until 2049, GeneralizedTime from then on.
static void
signing_time(struct out *o, struct utc t)
{
	unsigned n[7] = {
		t.year / 100u, t.year % 100u, t.month, t.day, t.hour, t.minute, t.second,
	};
	bool general = t.year < 1950 || t.year > 2049;
	unsigned char text[15];

	for (int i = 0; i < 7; i++) {
		text[2 * i] = (unsigned char)('0' + n[i] / 10 % 10);
		text[2 * i + 1] = (unsigned char)('0' + n[i] % 10);
	}
	text[14] = 'Z';
	if (general)
		element(o, MBEDTLS_ASN1_GENERALIZED_TIME, text, 15);
	else
		element(o, MBEDTLS_ASN1_UTC_TIME, text + 2, 13);
}

// SET OF Attribute.  DER wants them in the order of their encodings, which here
// is that of their lengths, whatever the values.
static void
attributes(struct out *o, const unsigned char content[32], const unsigned char cert[32],
	struct utc time)
{
	const unsigned char *all = o->p, *end = o->p;

	element(o, DER_OCTETS, cert, 32);       // ESSCertIDv2: SHA-256 is its default
	head(o, end, DER_SEQUENCE);
	head(o, end, DER_SEQUENCE);
	head(o, end, DER_SEQUENCE);
	ATTRIBUTE(o, end, OID_SIGNING_CERT);
	end = o->p;
	element(o, DER_OCTETS, content, 32);
	ATTRIBUTE(o, end, OID_MESSAGE_DIGEST);
	end = o->p;
	signing_time(o, time);
	ATTRIBUTE(o, end, OID_SIGNING_TIME);
	end = o->p;
	OBJECT(o, MBEDTLS_OID_PKCS7_DATA);
	ATTRIBUTE(o, end, OID_CONTENT_TYPE);
	head(o, all, DER_SET);
}

// SignerInfo, RFC 5652 section 5.3.
static void
signer_info(struct out *o, const struct key *key, struct span attrs, struct span signature)
{
	const struct cert *cert = key_cert(key);
	const unsigned char *end = o->p, *part;

	element(o, DER_OCTETS, signature.data, signature.size);
	part = o->p;
	if (key_is_rsa(key)) {
		element(o, MBEDTLS_ASN1_NULL, "", 0);
		OBJECT(o, MBEDTLS_OID_PKCS1_RSA);
	} else {
		OBJECT(o, MBEDTLS_OID_ECDSA_SHA256);
	}
	head(o, part, DER_SEQUENCE);
	put(o, attrs.data, attrs.size);
	if (!o->full)
		*o->p = DER_CONTEXT_OF | 0;     // they are signed as a SET, and sent as [0]
	digest_algorithm(o);
	part = o->p;
	put(o, cert->serial.data, cert->serial.size);
	put(o, cert->issuer.data, cert->issuer.size);
	head(o, part, DER_SEQUENCE);
	element(o, DER_INTEGER, "\1", 1);
	head(o, end, DER_SEQUENCE);
}

// ContentInfo with SignedData, RFC 5652 sections 3 and 5.1.
static void
signed_data(struct out *o, const struct key *key, struct span attrs, struct span signature)
{
	const struct cert *cert = key_cert(key);
	const unsigned char *end = o->p, *part;

	signer_info(o, key, attrs, signature);
	head(o, end, DER_SET);
	element(o, DER_CONTEXT_OF | 0, cert->chain.data, cert->chain.size);
	part = o->p;
	OBJECT(o, MBEDTLS_OID_PKCS7_DATA);
	head(o, part, DER_SEQUENCE);
	part = o->p;
	digest_algorithm(o);
	head(o, part, DER_SET);
	element(o, DER_INTEGER, "\1", 1);
	head(o, end, DER_SEQUENCE);
	head(o, end, DER_CONTEXT_OF | 0);
	OBJECT(o, MBEDTLS_OID_PKCS7_SIGNED_DATA);
	head(o, end, DER_SEQUENCE);
}

enum key_error
cms_sign(struct key *key, const unsigned char *content, size_t content_size,
	struct utc time, unsigned char *out, size_t cap, size_t *size)
{
	unsigned char content_digest[32], cert_digest[32], digest[32];
	unsigned char attrs[256], signature[KEY_SIGNATURE_MAX];
	struct span first = key_cert(key)->first;
	struct out a = { attrs + sizeof attrs, attrs, false };
	struct out o = { out + cap, out, false };
	size_t signature_size;
	enum key_error error;

	*size = 0;
	if (mbedtls_sha256(content, content_size, content_digest, 0) != 0 ||
	    mbedtls_sha256(first.data, first.size, cert_digest, 0) != 0)
		return KEY_FAILED;
	attributes(&a, content_digest, cert_digest, time);
	struct span signed_attrs = { a.p, (size_t)(attrs + sizeof attrs - a.p) };

	if (a.full || mbedtls_sha256(signed_attrs.data, signed_attrs.size, digest, 0) != 0)
		return KEY_FAILED;
	error = key_sign(key, digest, signature, &signature_size);
	if (error != KEY_OK)
		return error;
	signed_data(&o, key, signed_attrs, (struct span){ signature, signature_size });
	if (o.full)
		return KEY_ROOM;
	*size = (size_t)(out + cap - o.p);
	return KEY_OK;
}
