// SPDX-License-Identifier: MIT
// A key from a passphrase: PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2), of which
// one block of 32 bytes is enough here.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// iterations >= 1.  False, with out wiped, when mbedTLS fails.
bool pbkdf2(const char *passphrase, size_t size, const unsigned char *salt, size_t salt_size,
	unsigned iterations, unsigned char out[32]);
