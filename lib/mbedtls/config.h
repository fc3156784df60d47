// SPDX-License-Identifier: MIT
// mbedTLS as the signing core needs it: SHA-256, HMAC, PBKDF2, AES-CBC, RSA
// PKCS#1 v1.5, deterministic ECDSA on P-256, parsing of private and public
// keys, reading and writing DER.  No X.509, no formatted output.  Included by
// its headers through MBEDTLS_CONFIG_FILE.
#pragma once

#include <mbedtls/config_base.h>

// Nobody has this one: nothing that is linked uses it.
#define MBEDTLS_PLATFORM_SNPRINTF_MACRO mbedtls_port_snprintf
int mbedtls_port_snprintf(char *to, size_t size, const char *format, ...);

#define MBEDTLS_PKCS5_C
#define MBEDTLS_CIPHER_MODE_CBC

#define MBEDTLS_MPI_MAX_SIZE 512        // RSA up to 4096 bits
#define MBEDTLS_MPI_WINDOW_SIZE 3
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDSA_DETERMINISTIC

#define MBEDTLS_OID_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
