// SPDX-License-Identifier: MIT
// Published vectors are in hexadecimal digits.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

// The bytes to `out`; their number.
static inline uint32_t
unhex(const char *text, uint8_t *out)
{
	uint32_t n = (uint32_t)strlen(text) / 2;

	for (uint32_t i = 0; i < n; i++) {
		unsigned byte;

		assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return n;
}
