// SPDX-License-Identifier: MIT
// The SAs there are: found by SPI or by inner addresses, counted, expired, told
// to the session's client.  Times are milliseconds since the start.
#pragma once

#include <app/sa.h>
#include "esp.h"
#include "inner.h"
#include "replay.h"

enum { SAD_EVENTS = 64 };

struct sad_entry {
	uint64_t handle;                // 0: free
	uint64_t born, used;            // when
	struct sa sa;                   // without the key
	struct esp esp;
	struct replay replay;           // inbound
	uint64_t sequence;              // outbound: of the last packet sent
	uint64_t iv;                    // outbound: added to the sequence number
	struct sa_counters counters;
	bool kept;                      // of the configuration: SA_FLUSH leaves it
	bool soft_told;
};

struct sad {
	struct sad_entry entry[SA_MAX];
	uint16_t list[2][SA_MAX];       // by enum sa_direction: indices, oldest first
	uint32_t count[2];
	uint64_t installed;             // so many so far
	struct sa_event event[SAD_EVENTS];
	uint32_t event_first, event_count;
	bool events_lost;
};

// With one event: SA_EVENT_NONE_LEFT.
void sad_init(struct sad *sad);

// As SA_INSTALL, but for policy; `iv` is added to sequence numbers to make IVs.
enum err sad_install(struct sad *sad, const struct sa *sa, uint64_t iv, bool kept, uint64_t now,
                     uint64_t *handle);
enum err sad_delete(struct sad *sad, uint64_t handle);
void sad_flush(struct sad *sad);

// NULL: there is none.
struct sad_entry *sad_find(struct sad *sad, uint64_t handle);
struct sad_entry *sad_inbound(struct sad *sad, uint32_t spi);
// The newest one.
struct sad_entry *sad_outbound(struct sad *sad, uint32_t source, uint32_t destination);

static inline bool
sad_covers(struct sa_range range, uint32_t address)
{
	return address >= range.first && address <= range.last;
}

// A packet with so many inner bytes has used the SA.  An SA that has reached a
// limit is gone afterwards.
void sad_used(struct sad *sad, struct sad_entry *entry, uint32_t bytes, uint64_t now);

// Expires what is too old; about once per second.
void sad_tick(struct sad *sad, uint64_t now);

void sad_tell(struct sad *sad, struct sa_event event);
// True: there was one.
bool sad_event(struct sad *sad, struct sa_event *event);
