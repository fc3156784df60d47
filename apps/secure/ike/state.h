// SPDX-License-Identifier: MIT
// What is kept about IKE SAs and their CHILD SAs, and the functions that the
// files of this folder offer each other.
#pragma once

#include "group.h"
#include "keys.h"
#include "suite.h"

enum {
	SAS = 32,               // IKE SAs at once
	CHILDREN = 4,           // CHILD SAs of one
	COOKIE_FROM = 4,        // begun by others and not authenticated yet: from so many on
				// first messages need a cookie
	OUT_MAX = 1024,         // our own messages are shorter
	NONCE = 32,             // our own
	TRIES = 6,              // of a request; the n-th waits 2^n times RETRY_MS
	RETRY_MS = 1000,
	HALF_OPEN_MS = 30000,
	REPLACED_MS = 60000,    // until who should have deleted something has done so
	SURE_MS = 64000,        // the peer has given up asking, if not heard of by then
	LINGER_MS = 10000,      // to answer repetitions of the last request
	OUTBOUND_MS = 3000,     // until a new outbound SA is used that the peer may not know yet
	AGAIN_MS = 5000,        // about; before a request that could not be made is tried again
	KEEPALIVE_MS = 20000,   // behind a NAT (RFC 3948, 4)
	RESTARTS = 4,           // of a first message, with cookie or another group
	NOBODY = 0xff,
};

enum state {
	FREE,
	INIT_SENT, AUTH_SENT,   // we have begun
	HALF_OPEN,              // the peer has begun
	UP,
	CLOSING,                // we delete it
	REPLACED,               // nothing depends on it any more: to be deleted, by either side
	GONE,                   // has ended; repetitions of the last request are answered
};

enum task { IDLE, TASK_INIT, TASK_AUTH, TASK_CHILD, TASK_REKEY, TASK_DELETE_CHILD,
            TASK_DELETE, TASK_ALIVE };

enum child_state { CHILD_NONE, CHILD_LIVE, CHILD_REPLACED, CHILD_CLOSING };

struct child {
	enum child_state state;
	uint32_t spi_in, spi_out;
	uint64_t in, out;                       // handles; 0: not installed
	struct sa waiting;                      // outbound, until `out_at`; spi 0: none
	uint64_t out_at, rekey_at, end_at;
	uint64_t sure_at;                       // from then on the peer surely knows it
	bool     want_delete;
};

// A message as sent; n = 0: none.
struct sent { uint8_t bytes[OUT_MAX]; uint32_t n; };

// What this side contributes to new keys.
struct fresh {
	uint16_t group;                         // 0: no Diffie-Hellman exchange
	uint8_t  nonce[NONCE];
	uint8_t  private[GROUP_PRIVATE], public[GROUP_PUBLIC_MAX];
};

// The one request under way, and what its answer needs.
struct pending {
	enum task task;
	unsigned  child;                        // NOBODY: none, or it is gone
	unsigned  tries;
	bool      hinted;                       // that the peer knows this IKE SA no more
	uint64_t  again_at;
	struct fresh fresh;
	struct suite offered;                   // with the SPI of the SA to be
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
	bool     want_delete;
	bool     renews;                        // is made to take the place of another one
	bool     worn;                          // the peer does not replace its keys: renew it
	uint64_t born;                          // when it was begun; when authenticated, then
	uint64_t heard_at, sent_at, rekey_at, retry_at;
	uint64_t end_at;                        // of HALF_OPEN, REPLACED and GONE
	uint64_t delete_at;                     // by us, unless the peer does; 0: not
	struct child child[CHILDREN];
	// the first exchange
	uint8_t  first_bytes[2][IKE_MESSAGE_MAX];
	struct slice first[2], nonce[2];        // messages, by role, and the nonces in them
	unsigned restarts;
};

// What outlives the IKE SAs of a peer.
struct link {
	uint64_t connect_at;                    // not before
	uint64_t up_at;                         // the last keys for a tunnel; 0: a failure since
	unsigned failures;                      // in a row
	unsigned rung;                          // of the ladder (link_group) that is stood on
	bool     wanted;                        // there is a packet for it
	bool     up;                            // a tunnel, as was told
	const char *why;                        // the last refusal or end; NULL: none yet
	unsigned times;                         // in a row it was this one
};

struct ike {
	const struct ike_config *config;
	const struct ike_ops *ops;
	void    *self;
	uint64_t now;
	uint64_t next;                          // ike_tick is wanted then
	uint64_t refused[REFUSALS];
	uint8_t  secret[2][HASH];               // of cookies: today's, and the one before
	uint64_t secret_at;
	uint64_t hint_at;                       // not before
	struct link link[IKE_PEERS];
	struct ike_sa sa[SAS];
};

// for EACH_SA(ike, sa) ...
#define EACH_SA(i, s) (struct ike_sa *s = &(i)->sa[0]; s < &(i)->sa[SAS]; s++)

// clock.c: what is due
uint64_t in_ms(struct ike *ike, uint64_t ms);           // that time; ike_tick will be called then
uint64_t in_about(struct ike *ike, uint64_t ms);        // between 80 and 100 % of it from now
void sa_up(struct ike *ike, struct ike_sa *sa);         // authenticated, or derived from such

// link.c: a peer, apart from its SAs
void link_note(struct ike *ike, const struct ike_sa *sa, enum ike_event what);
// why: a constant; the reason of what is noted from now on.
void link_why(struct ike *ike, unsigned peer, const char *why);
void link_up(struct ike *ike, unsigned peer);           // new keys for its tunnel
void link_look(struct ike *ike, unsigned peer);         // notes it if there is no tunnel any more
// An attempt has failed: when is the next one?
uint64_t link_wait(struct ike *ike, unsigned peer);
void link_failed(struct ike *ike, unsigned peer);       // likewise, of a new IKE SA
// The ladder: new keys for a tunnel are asked for as configured, then with the IKE SA's
// group, then with the other one (0: no exchange; never when `pfs` is set).  False: all of
// that was refused, and a new IKE SA is to bring them; its exchange is always a new one.
bool link_group(const struct ike *ike, const struct ike_sa *sa, uint32_t *group);
void link_climb(struct ike *ike, const struct ike_sa *sa);

// table.c: SAs come and go
const struct ike_peer *peer_of(const struct ike *ike, const struct ike_sa *sa);
bool random_fill(struct ike *ike, void *out, size_t n);
// An unused one for an SA of ours; 0: no randomness.
uint64_t spi_new(struct ike *ike, unsigned bytes);
// NULL: no room, or no randomness, and that is counted.
struct ike_sa *sa_new(struct ike *ike, enum state state, unsigned role);
// It becomes FREE at once, or REPLACED or GONE for a while.
void sa_end(struct ike *ike, struct ike_sa *sa, enum state then);
struct ike_sa *sa_find(struct ike *ike, unsigned role, uint64_t spi);
// How many in one of these states a peer (NOBODY: everybody) has, and the oldest, or NULL.
unsigned sa_count(struct ike *ike, enum state from, enum state to, unsigned peer,
                  struct ike_sa **oldest);
// The one with that SPI of the peer's; CHILD_NONE and 0: a free slot.  Or NOBODY.
unsigned child_find(const struct ike_sa *sa, uint32_t spi_out);
void child_end(struct ike *ike, struct ike_sa *sa, unsigned c);
unsigned children_of(const struct ike *ike, unsigned peer);     // those that are to stay

// refusal.c
void refuse(struct ike *ike, enum ike_refusal why);
const char *error_text(uint16_t error);                 // of the peer's
// What the reply says about it, if anything.
void refusal_write(struct writer *w, enum ike_refusal why, const struct payloads *p);

// message.c: one message each, and the request under way
void path_send(struct ike *ike, const struct ike_path *path, const uint8_t *bytes, uint32_t n);
void message_send(struct ike *ike, struct ike_sa *sa, const struct sent *sent);
// A request (flags 0) or a reply (FLAG_RESPONSE), kept in the SA from its first byte
// on; but for IKE_SA_INIT its SK payload has begun.
struct writer message_begin(struct ike_sa *sa, unsigned exchange, unsigned flags);
// False: it could not be made (`full` also says that something for it could not be
// had); nothing is under way then.
bool request_send(struct ike *ike, struct ike_sa *sa, struct writer *w, enum task task);
void request_done(struct ike_sa *sa);
void reply_send(struct ike *ike, struct ike_sa *sa, struct writer *w);

// agree.c: what makes new keys
struct agreed {
	struct suite suite;                     // with the peer's SPI
	struct fresh mine;
	bool     begun;                         // by this side
	uint64_t ours;                          // SPI of this side, if there is to be one
	struct nonces nonces;
	uint8_t secret[GROUP_SHARED];
	struct slice shared;                    // empty: no Diffie-Hellman exchange
};
bool fresh_make(struct ike *ike, struct fresh *f, uint32_t group);
// SA, and of what is fresh (NULL: nothing): Nonce, and KE if there is one.
void agree_write(struct writer *w, const struct suite *s, const struct fresh *f);
// As responder: chooses, and contributes its share.  As initiator: takes what was chosen.
enum ike_refusal agree_answer(struct ike *ike, struct payloads *p, const struct suite *allowed,
                              struct agreed *a);
enum ike_refusal agree_accept(struct ike *ike, const struct payloads *p,
                              const struct pending *was, struct agreed *a);
void agree_keys(struct ike_sa *sa, const struct agreed *a, const uint8_t *d);
// The group that the peer wants instead of the one offered, if it may be; or 0.
uint16_t other_group(const struct ike *ike, const struct ike_sa *sa, const struct payloads *p,
                     uint16_t offered);

// cookie.c
bool cookie_good(struct ike *ike, const struct header *h, const struct payloads *p);
void cookie_write(struct ike *ike, const struct header *h, const struct payloads *p,
                  struct writer *w);

// hint.c: unauthenticated errors
// To the sender of a request, at most ten in a second.
void hint_send(struct ike *ike, const struct header *h, uint32_t notify, struct slice data);
// The peer seems to know the IKE SA no more: what is asked is repeated in quick succession.
void hint_heard(struct ike *ike, struct ike_sa *sa, const struct header *h,
                const struct payloads *p);

// nat.c
// Claims another port when ESP is to be in UDP anyway, so that the peer finds a NAT.
void nat_write(struct writer *w, const struct ike_sa *sa);
// Is it to be?  spi: as in the message looked at.
void nat_look(struct ike_sa *sa, const struct payloads *p, const uint64_t spi[2]);

// The exchanges.  A refused request is answered with an error, a refused response
// is authentic nonsense: the two sides do not agree upon what exists.

// init.c: IKE_SA_INIT
// old: the IKE SA whose place it takes, over the same path; or NULL.
void init_begin(struct ike *ike, unsigned peer, const struct ike_sa *old);
// What all peers that could be at this address want; 0: nobody is.
uint32_t init_flags(const struct ike *ike, uint32_t remote);
enum ike_refusal init_request(struct ike *ike, const struct header *h, struct payloads *p);
enum ike_refusal init_response(struct ike *ike, struct ike_sa *sa, const struct header *h,
                               const struct payloads *p);

// auth.c: IKE_AUTH
void auth_send(struct ike *ike, struct ike_sa *sa);
enum ike_refusal auth_request(struct ike *ike, struct ike_sa *sa, struct payloads *p,
                              struct writer *w);
enum ike_refusal auth_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                               const struct pending *was);

// child.c: a CHILD SA as such
enum child_kind { CHILD_FIRST, CHILD_ADDED, CHILD_REPLACES };   // FIRST: with IKE_AUTH
// As responder, the reply gets its payloads; as initiator w is NULL.
enum ike_refusal child_make(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                            struct agreed *a, enum child_kind kind, struct writer *w);
void child_use(struct ike *ike, struct ike_sa *sa, unsigned c);         // its outbound side

// create.c: CREATE_CHILD_SA.  TASK_REKEY: a new IKE SA; TASK_CHILD: a CHILD SA that
// replaces c, or (NOBODY) an additional one.
void create_send(struct ike *ike, struct ike_sa *sa, enum task task, unsigned c, uint32_t group);
enum ike_refusal create_request(struct ike *ike, struct ike_sa *sa, struct payloads *p,
                                struct writer *w);
enum ike_refusal create_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                                 const struct pending *was);

// inform.c: INFORMATIONAL
// TASK_ALIVE: a question; TASK_DELETE: the end of the IKE SA; TASK_DELETE_CHILD: of c.
void inform_send(struct ike *ike, struct ike_sa *sa, enum task task, unsigned c);
enum ike_refusal inform_request(struct ike *ike, struct ike_sa *sa, struct payloads *p,
                                struct writer *w);
enum ike_refusal inform_response(struct ike *ike, struct ike_sa *sa, const struct payloads *p,
                                 const struct pending *was);
