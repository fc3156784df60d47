// SPDX-License-Identifier: MIT
// What is kept about IKE SAs and their CHILD SAs, and the functions that the
// files of this folder offer each other.
#pragma once

#include "group.h"
#include "ike.h"
#include "keys.h"
#include "suite.h"
#include "wire.h"

enum {
	SAS = 32,               // IKE SAs at once
	CHILDREN = 4,           // CHILD SAs of one
	HALF_OPEN_MAX = 12,     // begun by others and not authenticated yet
	COOKIE_FROM = 4,        // half-open ones; from then on first messages need a cookie
	OUT_MAX = 1024,         // our own messages are shorter
	NONCE = 32,             // our own
	TRIES = 6,              // of a request; the n-th waits 2^n times RETRY_MS
	RETRY_MS = 1000,
	HALF_OPEN_MS = 30000,
	REPLACED_MS = 60000,    // until who should have deleted something has done so
	SURE_MS = 64000,        // the peer has given up asking, if not heard of by then
	LINGER_MS = 10000,      // to answer repetitions of the last request
	PEER_SAS = 3,           // authenticated IKE SAs of one peer; the oldest goes
	OUTBOUND_MS = 3000,     // until a new outbound SA is used that the peer may not know yet
	AGAIN_MS = 5000,        // at least; before what failed is tried again
	KEEPALIVE_MS = 20000,   // behind a NAT (RFC 3948, 4)
	RESTARTS = 4,           // of a first message, with cookie or another group
	NOBODY = 0xff,
};

enum state {
	FREE,
	INIT_SENT, AUTH_SENT,   // we have begun
	HALF_OPEN,              // the peer has begun
	UP,
	REPLACED,               // another one has taken over; the peer is to delete it
	CLOSING,                // it is we who delete it
};

enum task { IDLE, TASK_INIT, TASK_AUTH, TASK_CHILD, TASK_REKEY, TASK_DELETE_CHILD,
            TASK_DELETE, TASK_ALIVE };

enum child_state { CHILD_NONE, CHILD_LIVE, CHILD_REPLACED, CHILD_CLOSING };

struct child {
	enum child_state state;
	uint32_t spi_in, spi_out;
	uint64_t in, out;                       // handles; 0: not installed
	struct sa waiting;                      // outbound, until `out_at`; spi 0: none
	struct sa_range local, remote;          // inner
	uint64_t out_at, rekey_at, end_at;
	uint64_t sure_at;                       // from then on the peer surely knows it
	bool     want_delete;
};

// A message as sent; n = 0: none.
struct sent { uint8_t bytes[OUT_MAX]; uint32_t n; };

// What each side contributes to new keys.
struct fresh {
	unsigned group;                         // 0: no Diffie-Hellman exchange
	uint8_t  nonce[NONCE];
	uint8_t  private[GROUP_PRIVATE], public[GROUP_PUBLIC_MAX];
};

// The one request under way, and what its answer needs.
struct pending {
	enum task task;
	unsigned  child;                        // NOBODY: none, or it is gone
	unsigned  tries;
	uint64_t  again_at;
	struct fresh fresh;
	struct suite offered;                   // with the SPI of the SA to be
	// The peer replaces the same at the same time (2.8.1): what it made, and the
	// lower of its exchange's nonces.
	unsigned  rival;                        // child, or index of an IKE SA; NOBODY: none
	uint8_t   rival_nonce[NONCE_MAX];
	uint32_t  rival_nonce_bytes;
};

struct ike_sa {
	enum state state;
	unsigned peer;                          // index; NOBODY: not known yet
	unsigned role;                          // of this side: 0 has begun it, 1 has answered
	uint64_t spi[2];                        // by role
	struct ike_path path;
	bool     encap, behind_nat;             // ESP in UDP; this side is behind a NAT
	struct suite suite;                     // chosen for this SA
	struct keys keys;
	uint64_t sealed;                        // messages of ours, for their IVs
	uint32_t next_id;                       // of our next request
	uint32_t awaited_id;                    // of the peer's next request
	struct sent request, reply;             // the last ones
	struct pending pending;
	bool     want_delete, want_rekey, want_child, want_alive;
	bool     failed;                        // HALF_OPEN: the peer has been told no
	bool     ended;                         // nothing depends on it any more
	uint64_t born;                          // when it was begun; when authenticated, then
	uint64_t heard_at, sent_at, rekey_at, end_at, retry_at;
	struct child child[CHILDREN];
	// the first exchange
	uint8_t  first[2][IKE_MESSAGE_MAX];     // messages, by role
	uint32_t first_bytes[2];
	uint8_t  nonce[2][NONCE_MAX];
	uint32_t nonce_bytes[2];
	uint8_t  cookie[64];
	uint32_t cookie_bytes;
	unsigned restarts;
};

struct ike {
	const struct ike_config *config;
	const struct ike_ops *ops;
	void    *self;
	uint64_t now;
	uint64_t refused[REFUSALS];
	uint8_t  secret[2][HASH];               // of cookies: today's, and the one before
	uint64_t secret_at;
	uint64_t connect_at[IKE_PEERS];         // not before
	bool     wanted[IKE_PEERS];             // there is a packet for it
	struct ike_sa sa[SAS];
};

// table.c
const struct ike_peer *peer_of(const struct ike *ike, const struct ike_sa *sa);
void refuse(struct ike *ike, enum ike_refusal why);
void note(struct ike *ike, const struct ike_sa *sa, enum ike_event what);
bool random_fill(struct ike *ike, void *out, size_t n);
uint64_t in_about(struct ike *ike, uint64_t ms);        // between 80 and 100 % of it from now
struct ike_sa *sa_new(struct ike *ike, enum state state, unsigned role);        // or NULL
void sa_free(struct ike *ike, struct ike_sa *sa);
void sa_retire(struct ike *ike, struct ike_sa *sa);     // it ended; repetitions are answered yet
struct ike_sa *sa_find(struct ike *ike, unsigned role, uint64_t spi);
unsigned sa_index(const struct ike *ike, const struct ike_sa *sa);
struct nonces sa_nonces(const struct ike_sa *sa);
unsigned child_free_slot(const struct ike_sa *sa);      // or NOBODY
unsigned child_find(const struct ike_sa *sa, uint32_t spi_out);         // or NOBODY
uint32_t child_spi(struct ike *ike);                    // unused; 0: no randomness
void child_end(struct ike *ike, struct ike_sa *sa, unsigned c);
struct slice slice_of(const uint8_t *bytes, uint32_t n);
bool slice_is(struct slice s, const uint8_t *bytes, uint32_t n);

// message.c: one message each, and the request under way
void path_send(struct ike *ike, const struct ike_path *path, const uint8_t *bytes, uint32_t n);
void message_send(struct ike *ike, struct ike_sa *sa, const struct sent *sent);
// A request; but for IKE_SA_INIT its SK payload has begun.
struct writer request_begin(struct ike_sa *sa, enum exchange exchange);
// False: it could not be made; nothing is under way then.
bool request_send(struct ike *ike, struct ike_sa *sa, struct writer *w, enum task task);
void request_done(struct ike_sa *sa);
struct writer reply_begin(struct ike_sa *sa, enum exchange exchange);
// In the reply, an error without data.
void say_no(struct ike *ike, struct writer *w, enum ike_refusal why, enum notify type);
void reply_send(struct ike *ike, struct ike_sa *sa, struct writer *w);

// fresh.c: nonces, public values, and who gives way (RFC 7296, 2.8.1)
bool fresh_make(struct ike *ike, struct fresh *f, unsigned group);
bool fresh_agree(struct ike *ike, const struct fresh *f, struct slice public,
                 uint8_t shared[GROUP_SHARED]);
void fresh_write(struct writer *w, const struct fresh *f);      // Nonce, and KE if there is one
bool nonce_good(struct slice nonce);
unsigned ke_group(struct slice ke);                     // 0: none of ours, or no payload
struct slice ke_public(struct slice ke);
void invalid_ke_write(struct writer *w, unsigned group);
void rival_set(struct pending *p, unsigned rival, struct nonces n);
bool rival_wins(const struct pending *p, struct nonces ours);

// cookie.c
bool cookie_good(struct ike *ike, const struct ike_path *path, uint64_t spi_i,
                 const struct payloads *p);
void cookie_write(struct ike *ike, const struct ike_path *path, uint64_t spi_i,
                  struct slice nonce, struct writer *w);

// init.c: IKE_SA_INIT
struct suite ike_allowed(uint32_t flags);
void init_begin(struct ike *ike, unsigned peer);
void init_request(struct ike *ike, const struct ike_path *path, struct slice message,
                  const struct header *h, const struct payloads *p);
void init_response(struct ike *ike, struct ike_sa *sa, struct slice message,
                   const struct header *h, const struct payloads *p);

// nat.c
void nat_write(struct writer *w, const struct ike_sa *sa, bool encap);
// spi_r: of the message looked at.
void nat_look(struct ike_sa *sa, const struct payloads *p, uint64_t spi_r, bool encap);

// auth.c: IKE_AUTH
void auth_send(struct ike *ike, struct ike_sa *sa);
void auth_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p, struct writer *w);
void auth_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p);

// child.c: a CHILD SA as such
struct suite child_allowed(const struct ike_peer *peer, unsigned groups);
struct new_child {
	struct suite suite;                     // with the peer's SPI
	uint32_t spi_in;
	struct sa_range local, remote;
	struct nonces nonces;
	struct slice shared;                    // empty: no Diffie-Hellman exchange
	bool     begun;                         // by this side
	bool     at_once;                       // use it for sending, or wait
};
unsigned child_make(struct ike *ike, struct ike_sa *sa, const struct new_child *n);     // or NOBODY
void child_use(struct ike *ike, struct ike_sa *sa, unsigned c);         // its outbound side
void child_use_all(struct ike *ike, struct ike_sa *sa);

// create.c: CHILD SAs in CREATE_CHILD_SA; c = NOBODY: an additional one
void create_send(struct ike *ike, struct ike_sa *sa, unsigned c, unsigned group);
void create_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                    struct writer *w);
void create_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p);

// rekey.c: IKE SAs in CREATE_CHILD_SA
void rekey_send(struct ike *ike, struct ike_sa *sa, unsigned group);
void rekey_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                   struct writer *w);
void rekey_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p);
void rekey_rival_wins(struct ike *ike, struct ike_sa *sa);      // if there is one
// The one that the peer replaces by `sa` while we replace it, too; or NULL.
struct ike_sa *rekey_rival_of(struct ike *ike, const struct ike_sa *sa);
// The peer uses `sa`: if it was a rival, it has won.
void rekey_settled(struct ike *ike, const struct ike_sa *sa);

// inform.c: INFORMATIONAL
void delete_send(struct ike *ike, struct ike_sa *sa, unsigned c);       // NOBODY: the IKE SA
void inform_send(struct ike *ike, struct ike_sa *sa);
void inform_request(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                    struct writer *w);
void inform_response(struct ike *ike, struct ike_sa *sa);

// clock.c: what is due
void sa_up(struct ike *ike, struct ike_sa *sa);         // authenticated, or derived from such
void sa_next(struct ike *ike, struct ike_sa *sa);       // starts the next request, if any
