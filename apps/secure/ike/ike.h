// SPDX-License-Identifier: MIT
// IKEv2 (RFC 7296) with pre-shared keys: agrees upon keys for ESP with the peers
// of a configuration and hands them to the ESP side.  Pure policy: what it
// needs of the world comes through struct ike_ops, so that it runs in the
// component, in tests, and on a host against other implementations.
//
// Everything that arrives is hostile until it has been authenticated; what is
// refused is counted by reason and has no other effect.
#pragma once

#include "config.h"

enum { IKE_PORT = 500, IKE_NAT_PORT = 4500 };

// Addresses and ports in host byte order, seen from this machine.
struct ike_path { uint32_t local, remote; uint16_t local_port, remote_port; };

enum ike_refusal {
	ACCEPTED,               // not refused at all
	REFUSED_SHORT,          // no whole header
	REFUSED_LONG,           // more than IKE_MESSAGE_MAX, or the header names another length
	REFUSED_VERSION,        // not IKEv2
	REFUSED_NEWER,          // a later major version
	REFUSED_PORT,           // on port 4500 but no IKE message
	REFUSED_EXCHANGE,       // unknown kind, or never in this state
	REFUSED_BUSY,           // cannot go together with what is under way
	REFUSED_SYNTAX,         // malformed payloads
	REFUSED_CRITICAL,       // a payload that must be understood and is not
	REFUSED_STRANGER,       // first message from an address that is no peer's
	REFUSED_FULL,           // too many at once
	REFUSED_COOKIE,         // busy: asked to come back with a cookie
	REFUSED_PROPOSAL,       // no algorithms in common
	REFUSED_GROUP,          // public value of another group, or none at all
	REFUSED_POINT,          // public value that would give the secret away, or no memory
	REFUSED_SPI,            // no such IKE SA
	REFUSED_WINDOW,         // message number neither awaited nor just answered
	REFUSED_FORGED,         // integrity check failed
	REFUSED_NAME,           // authentic up to here, but nobody we know
	REFUSED_KEY,            // wrong pre-shared key
	REFUSED_SELECTOR,       // inner addresses outside the configuration
	REFUSED_ERROR,          // the peer says no
	REFUSED_CHILD,          // the peer means a CHILD SA that does not exist
	REFUSED_INSTALL,        // the ESP side says no
	REFUSED_RANDOM,         // no random numbers, or no memory
	REFUSALS,
};

const char *ike_refusal_text(enum ike_refusal why);

enum ike_event {
	IKE_UP,                 // an IKE SA is authenticated
	IKE_REKEYED, IKE_DOWN, IKE_SILENT,      // SILENT: the peer does not answer
	CHILD_UP, CHILD_REKEYED, CHILD_DOWN,
	CHILD_REFUSED,          // either side refuses new keys for it; another way is tried
	IKE_RENEWS,             // a new IKE SA is made because this one cannot get new keys
	IKE_WAITS,              // an attempt has failed
	IKE_EVENTS,
};

const char *ike_event_text(enum ike_event what);
// Is there a reason to be told with it?
bool ike_event_is_bad(enum ike_event what);

struct ike_ops {
	// An UDP datagram.  May be lost.
	void (*send)(void *self, const struct ike_path *path, const uint8_t *bytes, uint32_t n);
	int (*random)(void *self, unsigned char *out, size_t n);        // 0: good
	// One direction of a CHILD SA.  The newest outbound one carries the traffic.
	bool (*install)(void *self, const struct sa *sa, uint64_t *handle);
	void (*remove)(void *self, uint64_t handle);
	// why: what went wrong lastly, `times` in a row
	void (*note)(void *self, const struct ike_peer *peer, enum ike_event what,
	             const char *why, unsigned times);
};

struct ike;

// `config` has been checked, and stays.  The time is in milliseconds, from any start.
void ike_init(struct ike *ike, const struct ike_config *config, const struct ike_ops *ops,
              void *self, uint64_t now);

// After each of the following ike_tick is to be called.

// What has arrived, without its UDP header, in memory of one's own; it is spoilt.
void ike_datagram(struct ike *ike, const struct ike_path *path, uint8_t *bytes, uint32_t n,
                  uint64_t now);

// Does what it is time for; returns when to call again at the latest.
uint64_t ike_tick(struct ike *ike, uint64_t now);

// Notifications from the ESP side: an SA nears its limit, expired, is needed, or
// all SAs were lost.
void ike_told(struct ike *ike, const struct sa_event *e, uint64_t now);
