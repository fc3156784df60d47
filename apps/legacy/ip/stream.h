// SPDX-License-Identifier: MIT
// A packet session as the stacks see it: lwIP's names are not those of our headers.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { STREAM_MAX = 65535, STREAM_BURST = 64 };

// As struct packet of session/packet.h.
struct stream_head {
	uint32_t length, local, remote;         // addresses in host byte order
	uint16_t local_port, remote_port;
};

struct stream;

// The component's use of this name; NULL if the scenario gives none.
struct stream *stream_open(const char *name);

// False: no room, the packet is lost.
bool stream_send(struct stream *s, const struct stream_head *head, const uint8_t *content);

// The next packet; false: there is none.  Take at most STREAM_BURST, then
// stream_taken().
bool stream_receive(struct stream *s, struct stream_head *head, uint8_t content[STREAM_MAX]);
void stream_taken(struct stream *s);
