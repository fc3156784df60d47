// SPDX-License-Identifier: MIT
// The two groups, on mbedTLS.  Its multiplication takes a time that does not
// depend on the secret, and is blinded with the generator given.
#include <string.h>
#include <mbedtls/ecp.h>
#include <base/wipe.h>
#include "config.h"
#include "group.h"

uint32_t
group_public_bytes(unsigned group)
{
	return group == IKE_X25519 ? 32 : 64;
}

// peer: the public value to multiply with the private one; NULL: a new pair is
// `made`.  out: the point that is the result.  Of P-256 points, x and y are
// written, without the byte 4 before them (RFC 5903, 7); of X25519, u.
static bool
compute(unsigned group, group_random *random, void *self, uint8_t *made, const uint8_t *private,
        const uint8_t *peer, uint8_t out[GROUP_PUBLIC_MAX])
{
	uint32_t n = group_public_bytes(group), skip = group == IKE_P256;
	uint8_t bytes[1 + GROUP_PUBLIC_MAX] = { 4 };
	size_t written;
	mbedtls_ecp_group curve;
	mbedtls_ecp_point point, result;
	mbedtls_mpi secret;

	mbedtls_ecp_group_init(&curve);
	mbedtls_ecp_point_init(&point);
	mbedtls_ecp_point_init(&result);
	mbedtls_mpi_init(&secret);
	bool good = mbedtls_ecp_group_load(&curve, skip ? MBEDTLS_ECP_DP_SECP256R1 :
	                                   MBEDTLS_ECP_DP_CURVE25519) == 0;
	if (peer == NULL) {
		good = good &&
		       mbedtls_ecp_gen_keypair(&curve, &secret, &result, random, self) == 0 &&
		       mbedtls_mpi_write_binary(&secret, made, GROUP_PRIVATE) == 0;
	} else {
		memcpy(bytes + skip, peer, n);
		good = good &&
		       mbedtls_ecp_point_read_binary(&curve, &point, bytes, n + skip) == 0 &&
		       mbedtls_ecp_check_pubkey(&curve, &point) == 0 &&
		       mbedtls_mpi_read_binary(&secret, private, GROUP_PRIVATE) == 0 &&
		       mbedtls_ecp_mul(&curve, &result, &secret, &point, random, self) == 0;
	}
	good = good && mbedtls_ecp_point_write_binary(&curve, &result, MBEDTLS_ECP_PF_UNCOMPRESSED,
	                                              &written, bytes, sizeof bytes) == 0;
	memcpy(out, bytes + skip, n);
	wipe(bytes, sizeof bytes);
	mbedtls_ecp_group_free(&curve);
	mbedtls_ecp_point_free(&point);
	mbedtls_ecp_point_free(&result);
	mbedtls_mpi_free(&secret);
	return good;
}

bool
group_generate(unsigned group, group_random *random, void *self, uint8_t private[GROUP_PRIVATE],
               uint8_t public[GROUP_PUBLIC_MAX])
{
	return compute(group, random, self, private, NULL, NULL, public);
}

bool
group_agree(unsigned group, group_random *random, void *self, const uint8_t private[GROUP_PRIVATE],
            const uint8_t *peer, uint32_t peer_bytes, uint8_t shared[GROUP_SHARED])
{
	uint8_t point[GROUP_PUBLIC_MAX] = { 0 }, any = 0;
	bool good = peer_bytes == group_public_bytes(group) &&
	            compute(group, random, self, NULL, private, peer, point);

	memcpy(shared, point, GROUP_SHARED);    // RFC 5903, 9: x alone
	for (unsigned i = 0; i < GROUP_SHARED; i++)
		any |= shared[i];
	wipe(point, sizeof point);
	return good && any != 0;
}
