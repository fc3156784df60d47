// SPDX-License-Identifier: MIT
// Builds the multipart/signed message around the signature of cms.c.  What is
// signed is the message as it was shown, byte for byte, all header fields
// included (compare RFC 9788); the outer fields are copies for transport.

#include <mbedtls/sha256.h>
#include <base/wipe.h>
#include "cms.h"
#include "smime.h"

enum { BOUNDARY_SIZE = 40, LINE_BYTES = 48 };

struct text { char *p; size_t size, cap; bool full; };

static void
put(struct text *t, const void *data, size_t size)
{
	if (t->full || t->cap - t->size < size) {
		t->full = true;
		return;
	}
	memcpy(t->p + t->size, data, size);
	t->size += size;
}

static void
put_string(struct text *t, const char *s)
{
	put(t, s, strlen(s));
}

// RFC 4648 section 4, in lines of 64 characters.
static void
put_base64(struct text *t, const unsigned char *data, size_t size)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		unsigned bits = data[i] * 0x10000u + (left > 1 ? data[i + 1] * 0x100u : 0) +
			(left > 2 ? data[i + 2] : 0);
		char four[4] = {
			digit[bits >> 18], digit[bits >> 12 & 63],
			left > 1 ? digit[bits >> 6 & 63] : '=', left > 2 ? digit[bits & 63] : '=',
		};

		put(t, four, 4);
		if (i % LINE_BYTES == LINE_BYTES - 3 || left <= 3)
			put_string(t, "\r\n");
	}
}

static bool
name_is(struct span field, const char *lower, size_t size)
{
	if (field.size < size)
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = field.data[i];

		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c != (unsigned char)lower[i])
			return false;
	}
	return true;
}
#define NAME_IS(field, lower) name_is(field, lower, sizeof lower - 1)

// The next header field with its line ends and folded lines.  False at the end
// of the header, and when the last line has no end: then *p has not moved.
static bool
next_field(struct span message, size_t *p, struct span *field)
{
	const unsigned char *m = message.data;

	if (message.size - *p >= 2 && m[*p] == '\r' && m[*p + 1] == '\n')
		return false;
	for (size_t i = *p; message.size - i >= 2; i++) {
		if (m[i] != '\r' || m[i + 1] != '\n')
			continue;
		if (message.size - i > 2 && (m[i + 2] == ' ' || m[i + 2] == '\t'))
			continue;
		*field = (struct span){ m + *p, i + 2 - *p };
		*p = i + 2;
		return true;
	}
	return false;
}

// Copy the fields that say who writes to whom about what; false when the
// header does not end with an empty line.
static bool
put_outer_fields(struct text *t, struct span message)
{
	struct span field;
	size_t p = 0;

	while (next_field(message, &p, &field))
		if (!NAME_IS(field, "mime-version:") && !NAME_IS(field, "content-"))
			put(t, field.data, field.size);
	return message.size - p >= 2 && memcmp(message.data + p, "\r\n", 2) == 0;
}

static bool
contains(const char *text, size_t size, const char *word, size_t word_size)
{
	for (size_t i = 0; size - i >= word_size; i++)
		if (text[i] == word[0] && memcmp(text + i, word, word_size) == 0)
			return true;
	return false;
}

// A boundary made of the digest of what it delimits: who writes the content
// cannot put it in.  Checked all the same.
static bool
make_boundary(const char *content, size_t size, char boundary[BOUNDARY_SIZE])
{
	unsigned char digest[32];

	if (mbedtls_sha256((const unsigned char *)content, size, digest, 0) != 0)
		return false;
	memcpy(boundary, "vitrine-", 8);
	for (int i = 0; i < 16; i++) {
		boundary[8 + 2 * i] = "0123456789abcdef"[digest[i] >> 4];
		boundary[9 + 2 * i] = "0123456789abcdef"[digest[i] & 15];
	}
	return !contains(content, size, boundary, BOUNDARY_SIZE);
}

static void
put_signature(struct text *t, const char *boundary, const unsigned char *der, size_t size)
{
	put_string(t, "\r\n--");
	put(t, boundary, BOUNDARY_SIZE);
	put_string(t, "\r\nContent-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n");
	put_base64(t, der, size);
	put_string(t, "\r\n--");
	put(t, boundary, BOUNDARY_SIZE);
	put_string(t, "--\r\n");
}

// Sign what lies in t from `start` on, and put the signature behind it.
static enum key_error
sign_rest(struct key *key, struct text *t, size_t start, const char *boundary, struct utc time)
{
	size_t cap = CMS_OVERHEAD + key_cert(key)->chain.size, size;
	unsigned char *der = arena_alloc(key_arena(key), cap);
	enum key_error error;

	if (der == NULL)
		return KEY_MEMORY;
	error = cms_sign(key, (const unsigned char *)t->p + start, t->size - start, time,
		der, cap, &size);
	if (error == KEY_OK)
		put_signature(t, boundary, der + cap - size, size);
	arena_free(key_arena(key), der);
	return error;
}

static enum key_error
build(struct key *key, struct span message, struct utc time, struct text *t)
{
	char boundary[BOUNDARY_SIZE] = { 0 };
	size_t in_header, delimiter, content;

	if (!put_outer_fields(t, message))
		return KEY_MESSAGE;
	put_string(t, "MIME-Version: 1.0\r\n"
		"Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n"
		" micalg=sha-256; boundary=\"");
	in_header = t->size;
	put(t, boundary, sizeof boundary);      // filled in below
	put_string(t, "\"\r\n\r\n--");
	delimiter = t->size;
	put(t, boundary, sizeof boundary);
	put_string(t, "\r\n");
	content = t->size;
	put(t, message.data, message.size);
	if (t->full)
		return KEY_ROOM;
	if (!make_boundary(t->p + content, t->size - content, boundary))
		return KEY_FAILED;
	memcpy(t->p + in_header, boundary, sizeof boundary);
	memcpy(t->p + delimiter, boundary, sizeof boundary);
	return sign_rest(key, t, content, boundary, time);
}

enum key_error
smime_sign(struct key *key, const unsigned char *message, size_t message_size,
	struct utc time, unsigned char *out, size_t cap, size_t *size)
{
	struct text t = { (char *)out, 0, cap, false };
	enum key_error error = build(key, (struct span){ message, message_size }, time, &t);

	if (error == KEY_OK && t.full)
		error = KEY_ROOM;
	*size = error == KEY_OK ? t.size : 0;
	if (error != KEY_OK)
		wipe(out, cap);
	return error;
}
