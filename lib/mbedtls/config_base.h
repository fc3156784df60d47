// SPDX-License-Identifier: MIT
// What all configurations of mbedTLS here have in common: no files, no time, no
// global heap; AES, SHA-256, HMAC, HMAC-DRBG, the curve P-256.  Included by
// config.h and config_vpn.h.
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
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_ZEROIZE_ALT
void *mbedtls_port_calloc(size_t n, size_t size);
void mbedtls_port_free(void *p);

#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
