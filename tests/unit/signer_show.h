// SPDX-License-Identifier: MIT
// A message as the signer shows it, for tests of what is seen.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <draw/fonts.h>
#include "apps/secure/mail-signer/display.h"

#define PLAIN "From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n" \
	"Content-Transfer-Encoding: 8bit\r\n\r\n"

static struct message message;
static struct display display;
static uint8_t text[MESSAGE_MAX], bytes[MESSAGE_MAX + 64];

// The first n bytes of `bytes`.
static void
show_in(const struct font *font, size_t n, unsigned columns)
{
	struct message_verdict v = message_check(bytes, n, text, &message);

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
