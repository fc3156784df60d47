// SPDX-License-Identifier: MIT
// What tests do with a running IKE, and no component can ask of it.
#pragma once

#include "apps/secure/ike/state.h"

// Ends a peer's connections in an orderly way; a peer with IKE_INITIATE comes back.
void ike_close(struct ike *ike, const struct ike_peer *peer, uint64_t now);
// Replaces keys at once: those of the CHILD SAs, or those of the IKE SA.
void ike_rekey(struct ike *ike, const struct ike_peer *peer, bool child, uint64_t now);
// What whoever does ESP says.
void ike_tell(struct ike *ike, enum sa_event_kind kind, uint64_t handle, uint64_t now);
void ike_acquire(struct ike *ike, uint32_t local, uint32_t remote, uint64_t now);

// Bytes of memory one needs, aligned to 16.
size_t ike_size(void);
struct ike_status { unsigned half_open, up, children; };
struct ike_status ike_status(struct ike *ike, const struct ike_peer *peer);
const uint64_t *ike_refused(const struct ike *ike);     // [REFUSALS]
