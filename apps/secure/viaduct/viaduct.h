// SPDX-License-Identifier: MIT
// What happens to a packet: protected, accepted or discarded; never passed as it
// is.  Makes no system call.  Times are milliseconds since the start.
#pragma once

#include <app/tunnel.h>
#include <session/packet.h>
#include "config.h"
#include "sad.h"

struct viaduct {
	struct viaduct_config config;
	struct sad sad;
	struct tunnel_status status;
	uint64_t acquire_at;                    // not before: the next SA_EVENT_ACQUIRE
	uint8_t  packet[PACKET_MAX];            // under way, out
};

enum viaduct_to { TO_NOBODY, TO_BLACK, TO_RED };

// A packet to put into the ring of whom enum viaduct_to says.
struct viaduct_out {
	struct packet packet;
	const uint8_t *content;                 // until the next call
};

// Checks and copies the configuration.  `boot` is a number that no other start
// has had or will have, below 2^32, or 0 if there is none: then outbound SAs with
// manual keys are refused.  Returns NULL, or what is wrong; then nothing is ever
// passed on.  *refused: so many manual SAs were refused.
const char *viaduct_init(struct viaduct *v, const struct viaduct_config *config, uint64_t boot,
                         uint64_t now, uint32_t *refused);

// As SA_INSTALL.
enum err viaduct_install(struct viaduct *v, const struct sa *sa, uint64_t now, uint64_t *handle);

// A packet from the red stack: sealed for black; or too big for the path, and an
// ICMP error back to red.
enum viaduct_to viaduct_from_red(struct viaduct *v, const uint8_t *content, uint32_t length,
                                 uint64_t now, struct viaduct_out *out);

// A packet from the black stack, which is opened where it is.
enum viaduct_to viaduct_from_black(struct viaduct *v, uint8_t *content, uint32_t length,
                                   uint64_t now, struct viaduct_out *out);

// The dummy that is due, if there is one: call until it says TO_NOBODY.
enum viaduct_to viaduct_dummy(struct viaduct *v, uint64_t now, struct viaduct_out *out);

static inline void
viaduct_drop(struct viaduct *v, enum tunnel_drop why)
{
	v->status.dropped[why]++;
}

// Up to date.
const struct tunnel_status *viaduct_status(struct viaduct *v);
