// SPDX-License-Identifier: MIT
// message_check for tests: on exact heap copies, so that the sanitizer sees a byte read
// or written too far.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "apps/secure/mail-signer/message.h"

static struct message message;

static struct message_verdict
check(const void *bytes, size_t n)
{
	static uint8_t *copy, *text;

	free(copy);
	free(text);
	copy = malloc(n);
	text = malloc(n);
	assert_true(copy != NULL && text != NULL);
	memcpy(copy, bytes, n);
	return message_check(copy, n, text, &message);
}
