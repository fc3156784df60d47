// SPDX-License-Identifier: MIT
// A message as the signer shows it, for tests of what is seen.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include "apps/secure/mail-signer/display.h"

#define PLAIN "From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: base64\r\n\r\n"

static struct message message;
static struct display display;
static uint8_t text[MESSAGE_MAX], bytes[MESSAGE_MAX + 64], wire[2 * MESSAGE_MAX];

// The first n bytes of `bytes` as they travel: behind PLAIN in base64.
static size_t
encode(size_t n)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const size_t plain = sizeof(PLAIN) - 1;
	size_t head = plain, to;

	while (head <= n && memcmp(bytes + head - plain, PLAIN, plain) != 0)
		head++;
	to = head = head <= n ? head : n;

	memcpy(wire, bytes, head);
	for (size_t i = head, k = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t bits = bytes[i] * 0x10000u + (left > 1 ? bytes[i + 1] * 0x100u : 0)
		                + (left > 2 ? bytes[i + 2] : 0);

		wire[to++] = (uint8_t)digit[bits >> 18];
		wire[to++] = (uint8_t)digit[bits >> 12 & 63];
		wire[to++] = (uint8_t)(left > 1 ? digit[bits >> 6 & 63] : '=');
		wire[to++] = (uint8_t)(left > 2 ? digit[bits & 63] : '=');
		if (++k % 18 == 0 || left <= 3)
			to += (size_t)sprintf((char *)wire + to, "\r\n");
	}
	return to;
}

// The first n bytes of `bytes`.
static void
show_in(const struct font *font, size_t n, unsigned columns)
{
	struct message_verdict v = message_check(wire, encode(n), text, &message);

	if (v.why != SIGN_OK)
		fail_msg("%d in line %u", v.why, v.line);
	assert_true(display_build(&display, &message, font, columns));
}

// A code point in UTF-8.
static size_t
put(uint8_t *p, uint32_t cp)
{
	unsigned n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (unsigned i = n; i-- > 1; cp >>= 6)
		p[i] = (uint8_t)(0x80 | (cp & 0x3f));
	p[0] = (uint8_t)(n == 1 ? cp : (0xf00u >> n | cp) & 0xff);
	return n;
}
