// SPDX-License-Identifier: MIT
// Finds in the signer's certificate what the signature must name and what the
// user must see.

#include "cert.h"
#include "der.h"

enum { TEXT_MAX = 256 };

// context-specific tags of TBSCertificate and of GeneralName
enum { VERSION = DER_CONTEXT_OF | 0, EXTENSIONS = DER_CONTEXT_OF | 3,
       RFC822_NAME = DER_CONTEXT | 1 };

static struct span
text(const struct der *in)
{
	if (der_size(in) > TEXT_MAX)
		return (struct span){ NULL, 0 };
	return (struct span){ in->p, der_size(in) };
}

// The last attribute of this type in a Name, if it is text of a kind that is
// ASCII or UTF-8; RFC 5280 section 4.1.2.4.
static bool
name_attribute(struct span name, const char *oid, size_t oid_size, struct span *out)
{
	struct der d = der_open(name.data, name.size), names, set, pair, type, value;

	*out = (struct span){ NULL, 0 };
	if (!der_enter(&d, DER_SEQUENCE, &names))
		return false;
	while (!der_at_end(&names)) {
		if (!der_enter(&names, DER_SET, &set))
			return false;
		while (!der_at_end(&set)) {
			if (!der_enter(&set, DER_SEQUENCE, &pair) ||
			    !der_enter(&pair, DER_OID, &type))
				return false;
			int tag = der_tag(&pair);

			if (tag < 0 || !der_enter(&pair, tag, &value) || !der_at_end(&pair))
				return false;
			if (der_equals(&type, oid, oid_size) && (tag == MBEDTLS_ASN1_UTF8_STRING ||
			    tag == MBEDTLS_ASN1_PRINTABLE_STRING || tag == MBEDTLS_ASN1_IA5_STRING))
				*out = text(&value);
		}
	}
	return true;
}
#define NAME_ATTRIBUTE(name, oid, out) name_attribute(name, oid, MBEDTLS_OID_SIZE(oid), out)

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
two_digits(struct der *in, unsigned *out)
{
	if (der_size(in) < 2 || !is_digit(in->p[0]) || !is_digit(in->p[1]))
		return false;
	*out = (in->p[0] - '0') * 10u + (in->p[1] - '0');
	in->p += 2;
	return true;
}

// UTCTime or GeneralizedTime; RFC 5280 section 4.1.2.5.
static bool
time_read(struct der *d, struct utc *out)
{
	bool general = der_tag(d) == MBEDTLS_ASN1_GENERALIZED_TIME;
	unsigned century = 0, n[6];
	struct der in;

	if (!der_enter(d, general ? MBEDTLS_ASN1_GENERALIZED_TIME : MBEDTLS_ASN1_UTC_TIME, &in) ||
	    (general && !two_digits(&in, &century)))
		return false;
	for (int i = 0; i < 6; i++)
		if (!two_digits(&in, &n[i]))
			return false;
	if (!general)
		century = n[0] >= 50 ? 19 : 20;
	*out = (struct utc){ (uint16_t)(century * 100 + n[0]), (uint8_t)n[1], (uint8_t)n[2],
		(uint8_t)n[3], (uint8_t)n[4], (uint8_t)n[5] };
	return der_size(&in) == 1 && *in.p == 'Z' && utc_valid(*out);
}

// The first rfc822Name among the extensions that *d stands in front of.
static bool
alternative_mail(struct der *d, struct span *out)
{
	struct der all, extensions, one, oid, value, names, name;
	struct span skipped;

	if (!der_enter(d, EXTENSIONS, &all) || !der_enter(&all, DER_SEQUENCE, &extensions))
		return false;
	while (!der_at_end(&extensions)) {
		if (!der_enter(&extensions, DER_SEQUENCE, &one) || !der_enter(&one, DER_OID, &oid))
			return false;
		if (der_tag(&one) == MBEDTLS_ASN1_BOOLEAN &&
		    !der_skip(&one, MBEDTLS_ASN1_BOOLEAN, &skipped))
			return false;
		if (!der_enter(&one, DER_OCTETS, &value))
			return false;
		if (!DER_IS(&oid, MBEDTLS_OID_SUBJECT_ALT_NAME))
			continue;
		if (!der_enter(&value, DER_SEQUENCE, &names))
			return false;
		while (!der_at_end(&names)) {
			int tag = der_tag(&names);

			if (!der_enter(&names, tag, &name))
				return false;
			if (tag == RFC822_NAME && out->size == 0)
				*out = text(&name);
		}
	}
	return true;
}

// TBSCertificate, RFC 5280 section 4.1.2.
static bool
tbs_read(struct der *d, struct cert *c)
{
	struct span skipped, subject;
	struct der validity;

	if (der_tag(d) == VERSION && !der_skip(d, VERSION, &skipped))
		return false;
	if (!der_skip(d, DER_INTEGER, &c->serial) || !der_skip(d, DER_SEQUENCE, &skipped) ||
	    !der_skip(d, DER_SEQUENCE, &c->issuer) ||
	    !der_enter(d, DER_SEQUENCE, &validity) ||
	    !time_read(&validity, &c->not_before) || !time_read(&validity, &c->not_after) ||
	    !der_skip(d, DER_SEQUENCE, &subject) || !der_skip(d, DER_SEQUENCE, &c->public_key))
		return false;
	while (!der_at_end(d) && der_tag(d) != EXTENSIONS)      // unique identifiers
		if (!der_skip(d, der_tag(d), &skipped))
			return false;
	if (!der_at_end(d) && !alternative_mail(d, &c->mail))
		return false;
	if (c->mail.size == 0 && !NAME_ATTRIBUTE(subject, MBEDTLS_OID_PKCS9_EMAIL, &c->mail))
		return false;
	if (!NAME_ATTRIBUTE(c->issuer, MBEDTLS_OID_AT_CN, &c->issuer_name))
		return false;
	if (c->issuer_name.size == 0 &&
	    !NAME_ATTRIBUTE(c->issuer, MBEDTLS_OID_AT_ORGANIZATION, &c->issuer_name))
		return false;
	return NAME_ATTRIBUTE(subject, MBEDTLS_OID_AT_CN, &c->name);
}

bool
cert_read(const unsigned char *der, size_t size, struct cert *out)
{
	struct der d = der_open(der, size), cert, tbs;
	struct span skipped;
	int count = 1;

	*out = (struct cert){ .chain = { der, size } };
	if (size == 0 || size > CERT_BYTES_MAX || !der_skip(&d, DER_SEQUENCE, &out->first))
		return false;
	for (; !der_at_end(&d); count++)
		if (count == CERT_CHAIN_MAX || !der_skip(&d, DER_SEQUENCE, &skipped))
			return false;
	d = der_open(out->first.data, out->first.size);
	return der_enter(&d, DER_SEQUENCE, &cert) && der_enter(&cert, DER_SEQUENCE, &tbs) &&
		der_skip(&cert, DER_SEQUENCE, &skipped) && der_skip(&cert, DER_BITS, &skipped) &&
		der_at_end(&cert) && tbs_read(&tbs, out);
}
