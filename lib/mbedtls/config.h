// SPDX-License-Identifier: MIT
// mbedTLS as the signing core needs it: SHA-256, HMAC, PBKDF2, AES-CBC, RSA
// PKCS#1 v1.5, deterministic ECDSA on P-256, parsing of private and public
// keys, reading and writing DER.  No X.509, no files, no time, no formatted
// output, no global heap.  Included by its headers through MBEDTLS_CONFIG_FILE.
#pragma once

#include <stddef.h>

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_NO_UDBL_DIVISION        // needs __udivti3 otherwise

// What it calls is in port.c.  The prototypes belong here: without them these
// names would be implicit declarations that return int.
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO mbedtls_port_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO   mbedtls_port_free
// Nobody has this one: nothing that is linked uses it.
#define MBEDTLS_PLATFORM_SNPRINTF_MACRO mbedtls_port_snprintf
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_ZEROIZE_ALT
void *mbedtls_port_calloc(size_t n, size_t size);
void mbedtls_port_free(void *p);
int mbedtls_port_snprintf(char *to, size_t size, const char *format, ...);

#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_PKCS5_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_CIPHER_MODE_CBC

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512        // RSA up to 4096 bits
#define MBEDTLS_MPI_WINDOW_SIZE 3
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDSA_DETERMINISTIC

#define MBEDTLS_OID_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
