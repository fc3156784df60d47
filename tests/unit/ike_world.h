// SPDX-License-Identifier: MIT
// Two IKE instances, a network between them that loses, repeats, delays and
// reorders, a clock, and what each side has installed.
#pragma once

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "apps/secure/ike/state.h"
#include "tests/tools/ike_admin.h"

enum { NODES = 2, UNDER_WAY = 64, INSTALLED = 64, DATAGRAM = 2048, KEYS_SEEN = 1 << 12,
       IVS_SEEN = 1 << 18, MINUTE = 60000,
       PLAIN = IKE_INITIATE | IKE_AES256 | IKE_AES128 | IKE_X25519 | IKE_P256 };

struct datagram {
	struct ike_path path;           // as its sender sees it, behind a NAT already changed
	uint32_t n;
	uint64_t at;                    // when it arrives
	bool used;
	uint8_t bytes[DATAGRAM];
};

struct installed { struct sa sa; uint64_t handle; };

struct node {
	struct ike *ike;
	struct ike_config config;
	struct installed sa[INSTALLED];
	uint64_t handles;
	unsigned events[IKE_EVENTS];
	const char *why;                // of the last one
	unsigned times;
	bool absent;                    // receives nothing
	bool nat;                       // hidden behind another address
	bool no_random, no_install;
	uint64_t due;
};

struct world {
	struct node node[NODES];
	struct datagram under_way[UNDER_WAY];
	uint64_t now, random;
	unsigned lose, repeat;          // in 100
	uint64_t delay;                 // at most, in ms; 0: in order
	uint64_t sent, delivered, steps;
	// each datagram is received on a stack of its own, on which no secret may stay
	bool look_behind;
	// changes a datagram on its way; NULL: nobody does
	void (*tamper)(struct world *w, struct datagram *d);
	uint64_t key_seen[KEYS_SEEN];   // hashes of the outbound keys installed lately
	unsigned keys_seen;
	struct { uint64_t iv, message; } iv_seen[IVS_SEEN];     // hashes
	unsigned ivs_seen;
};

extern struct world *world;
// What group_generate and group_agree have made lastly.
extern uint8_t toy_private[GROUP_PRIVATE], toy_shared[GROUP_SHARED];

uint32_t world_random(struct world *w, uint32_t below);
// Node 0 connects to node 1; `flags` for both, node 1 without IKE_INITIATE.
void world_init(struct world *w, uint32_t flags);
void world_fini(struct world *w);
// Starts a node anew, without memory of what was.
void world_restart(struct world *w, unsigned node);
// Both configurations may be changed between world_init and the first of these.
// Runs for so many ms.
void world_run(struct world *w, uint64_t ms);
// Runs until both agree upon exactly one tunnel, or `ms` are over.
bool world_run_until_agreed(struct world *w, uint64_t ms);
// Both sides have the same tunnel, seldom two, and what one sends with, the other
// one receives with.
bool world_agreed(struct world *w);
unsigned world_installed(const struct node *n);
const struct ike_peer *world_peer(const struct world *w, unsigned node);
const struct sa *world_newest(const struct node *n, enum sa_direction direction);
uint64_t world_refused(const struct world *w, unsigned node, enum ike_refusal why);
// A test that ends the world behind it.
int world_teardown(void **state);
#define world_test(test) cmocka_unit_test_teardown(test, world_teardown)
