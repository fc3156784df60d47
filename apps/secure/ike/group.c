// SPDX-License-Identifier: MIT
// The two groups, on mbedTLS.  Its multiplication takes a time that does not
// depend on the secret, and is blinded with the generator given.
#include <string.h>
#include <mbedtls/ecp.h>
#include <base/wipe.h>
#include "config.h"
#include "group.h"

struct work {
	mbedtls_ecp_group curve;
	mbedtls_ecp_point point, result;
	mbedtls_mpi secret;
};

static bool
begin(struct work *w, unsigned group)
{
	mbedtls_ecp_group_init(&w->curve);
	mbedtls_ecp_point_init(&w->point);
	mbedtls_ecp_point_init(&w->result);
	mbedtls_mpi_init(&w->secret);
	return mbedtls_ecp_group_load(&w->curve, group == IKE_X25519 ?
	                              MBEDTLS_ECP_DP_CURVE25519 : MBEDTLS_ECP_DP_SECP256R1) == 0;
}

static void
end(struct work *w)
{
	mbedtls_ecp_group_free(&w->curve);
	mbedtls_ecp_point_free(&w->point);
	mbedtls_ecp_point_free(&w->result);
	mbedtls_mpi_free(&w->secret);
}

uint32_t
group_public_bytes(unsigned group)
{
	return group == IKE_X25519 ? 32 : 64;
}

// P-256: x and y, without the byte 4 before them (RFC 5903, 7); X25519: u.
static bool
write_point(struct work *w, uint8_t out[GROUP_PUBLIC_MAX], uint32_t n)
{
	uint8_t bytes[1 + GROUP_PUBLIC_MAX];
	size_t got;

	if (mbedtls_ecp_point_write_binary(&w->curve, &w->result, MBEDTLS_ECP_PF_UNCOMPRESSED,
	                                   &got, bytes, sizeof bytes) != 0 || got < n)
		return false;
	memcpy(out, bytes + got - n, n);
	wipe(bytes, sizeof bytes);
	return true;
}

bool
group_generate(unsigned group, group_random *random, void *self, uint8_t private[GROUP_PRIVATE],
               uint8_t public[GROUP_PUBLIC_MAX])
{
	struct work w;
	bool good = begin(&w, group) &&
	            mbedtls_ecp_gen_keypair(&w.curve, &w.secret, &w.result, random, self) == 0 &&
	            mbedtls_mpi_write_binary(&w.secret, private, GROUP_PRIVATE) == 0 &&
	            write_point(&w, public, group_public_bytes(group));

	end(&w);
	return good;
}

// RFC 5903, 9: the shared secret is x alone.
bool
group_agree(unsigned group, group_random *random, void *self, const uint8_t private[GROUP_PRIVATE],
            const uint8_t *peer, uint32_t peer_bytes, uint8_t shared[GROUP_SHARED])
{
	uint8_t bytes[1 + GROUP_PUBLIC_MAX] = { 4 }, any = 0;
	uint32_t n = group_public_bytes(group), skip = group == IKE_P256;
	struct work w;

	if (peer_bytes != n)
		return false;
	memcpy(bytes + skip, peer, n);
	bool good = begin(&w, group) &&
	            mbedtls_ecp_point_read_binary(&w.curve, &w.point, bytes, n + skip) == 0 &&
	            mbedtls_ecp_check_pubkey(&w.curve, &w.point) == 0 &&
	            mbedtls_mpi_read_binary(&w.secret, private, GROUP_PRIVATE) == 0 &&
	            mbedtls_ecp_mul(&w.curve, &w.result, &w.secret, &w.point, random, self) == 0 &&
	            write_point(&w, bytes, n);

	end(&w);
	memcpy(shared, bytes, GROUP_SHARED);
	wipe(bytes, sizeof bytes);
	for (unsigned i = 0; i < GROUP_SHARED; i++)
		any |= shared[i];
	return good && any != 0;
}
