// SPDX-License-Identifier: MIT
// mbedTLS as the VPN cores need it: AES-GCM with AES-NI when the processor has
// it; for IKEv2 also SHA-256, HMAC, HMAC-DRBG, SHA-1 (NAT detection only), and
// elliptic curves P-256 and X25519.  No ASN.1, no keys in files, no signatures.
// Included by its headers through MBEDTLS_CONFIG_FILE.
#pragma once

#include <mbedtls/config_base.h>

#define MBEDTLS_AESNI_C
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#define MBEDTLS_GCM_C
#define MBEDTLS_SHA1_C

#define MBEDTLS_MPI_MAX_SIZE 64
#define MBEDTLS_MPI_WINDOW_SIZE 1
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
