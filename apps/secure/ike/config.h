// SPDX-License-Identifier: MIT
// What the administrator decided: a record of fixed size, made on the build
// host by tools/mkike out of a text, read here as a boot module.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <app/sa.h>

enum {
	IKE_MAGIC = 0x31454b49,                 // "IKE1"
	IKE_PEERS = 8,
	IKE_ID_MAX = 64,
	IKE_PSK_MIN = 16, IKE_PSK_MAX = 64,     // bytes
	IKE_SECONDS_MIN = 3, IKE_SECONDS_MAX = 86400 * 7,
};

enum ike_id_type { IKE_ID_IPV4 = 1, IKE_ID_FQDN = 2, IKE_ID_MAIL = 3, IKE_ID_KEY = 11 };

// Compared byte by byte (RFC 7296, 3.5).
struct ike_id {
	uint8_t type, length;                   // 1..IKE_ID_MAX bytes; IPv4: 4
	uint8_t bytes[IKE_ID_MAX];
};

enum ike_flags {
	IKE_INITIATE = 1,       // connect at the start, and whenever there is no tunnel
	IKE_ENCAP    = 2,       // ESP in UDP also where there is no NAT
	IKE_ESN      = 4,       // 64-bit sequence numbers, if the peer wants them, too
	IKE_PFS      = 8,       // a new Diffie-Hellman exchange for each CHILD SA after the first
	IKE_AES128   = 16, IKE_AES256 = 32,     // key lengths allowed, for both
	IKE_P256     = 64, IKE_X25519 = 128,    // groups allowed; X25519 is tried first
	IKE_FLAGS    = 255,
	IKE_KEYS     = IKE_AES128 | IKE_AES256, IKE_GROUPS = IKE_P256 | IKE_X25519,
};

struct ike_peer {
	char     name[16];                      // for the log; ends with 0
	uint32_t local, remote;                 // outer addresses, host byte order; remote 0:
						// any, but then it is the peer who connects
	struct sa_range inner_local, inner_remote;
	uint32_t flags;                         // enum ike_flags
	uint32_t ike_seconds, child_seconds;    // age at which keys are replaced
	uint32_t child_packets;                 // likewise; 0: no limit
	uint32_t dpd_seconds;                   // silence before it is asked for life; 0: never
	uint16_t mtu, tfc;                      // as in struct sa
	struct ike_id local_id, remote_id;
	uint8_t  psk_length;
	uint8_t  psk[IKE_PSK_MAX];
	uint8_t  reserved[7];
};

struct ike_config {
	uint32_t magic, count;                  // 1..IKE_PEERS
	struct ike_peer peer[IKE_PEERS];
};
_Static_assert(sizeof(struct ike_peer) == 268, "made by another program");
_Static_assert(sizeof(struct ike_config) == 8 + 268 * IKE_PEERS, "made by another program");

// NULL, or a sentence that says what is wrong with it.
const char *ike_config_check(const struct ike_config *c);
