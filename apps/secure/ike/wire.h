// SPDX-License-Identifier: MIT
// IKEv2 messages as bytes (RFC 7296, section 3): a reader and a writer that
// cannot leave their buffers, the header, the chain of payloads.
#pragma once

#include "ike.h"

enum {
	IKE_MESSAGE_MAX = 3072,         // bytes of a message; longer ones are refused
	IKE_HEADER = 28,
	IKE_VERSION = 2,
	FLAG_INITIATOR = 0x08, FLAG_RESPONSE = 0x20,
	NONCE_MIN = 16, NONCE_MAX = 256,        // 3.9
	PROTO_IKE = 1, PROTO_ESP = 3,
	ABOUT_ESP = PROTO_ESP << 24 | 4 << 16,  // in heads: ESP SAs, whose SPIs follow
};

enum exchange { EX_INIT = 34, EX_AUTH, EX_CHILD, EX_INFORM };

enum payload {
	PAY_NONE = 0,
	PAY_SA = 33, PAY_KE, PAY_IDI, PAY_IDR, PAY_CERT, PAY_CERTREQ, PAY_AUTH, PAY_NONCE,
	PAY_NOTIFY, PAY_DELETE, PAY_VENDOR, PAY_TSI, PAY_TSR, PAY_SK, PAY_CP, PAY_EAP,
	PAY_END,
};

enum notify {           // 3.10.1
	N_CRITICAL = 1, N_IKE_SPI = 4, N_VERSION = 5, N_SYNTAX = 7,
	N_NO_PROPOSAL = 14, N_INVALID_KE = 17, N_AUTH_FAILED = 24,
	N_NO_ADDITIONAL = 35, N_TS_REFUSED = 38, N_TEMPORARY = 43, N_NO_CHILD = 44,
	N_ERRORS = 16384,       // smaller ones are errors
	N_INITIAL_CONTACT = 16384, N_NAT_SOURCE = 16388, N_NAT_DESTINATION = 16389,
	N_COOKIE = 16390, N_REKEY = 16393,
};

struct slice { const uint8_t *at; uint32_t n; };

struct slice slice_of(const void *bytes, uint32_t n);
bool slice_is(struct slice s, const void *bytes, uint32_t n);

// What is left to read.  Reading beyond the end gives zeros and makes it bad.
struct reader { const uint8_t *at; uint32_t left; bool bad; };

struct reader reader_of(struct slice s);        // bad, if there is no slice
uint64_t read_number(struct reader *r, uint32_t bytes);
uint32_t read32(struct reader *r);
// The next n bytes; no slice (at NULL) when there are fewer.
struct slice read_slice(struct reader *r, uint32_t n);

// Writing beyond `max` writes nothing and makes it full.
struct writer {
	uint8_t *at;
	uint32_t n, max;
	bool     full;
	uint32_t next;          // where the type of the next payload belongs
	uint32_t payload;       // start of the payload being written
	uint32_t sealed;        // start of the SK payload; 0: none
};

void write_number(struct writer *w, uint64_t v, uint32_t bytes);
void write32(struct writer *w, uint32_t v);
void write_spis(struct writer *w, const uint64_t spi[2]);
void write_bytes(struct writer *w, struct slice from);
void write_at16(struct writer *w, uint32_t where, uint16_t v);

struct header {
	uint64_t spi[2];        // of the initiator, of the responder
	uint8_t  next, exchange, flags;
	uint32_t id;
	struct slice message, body;     // all of it, and what is behind the header
	const struct ike_path *path;    // where it came from
};
enum { HEADER_EXCHANGE = 18 };  // where it stands

enum ike_refusal header_read(struct slice message, struct header *h);
// The length is filled in by payload_end, or by seal_end.
void header_write(struct writer *w, const struct header *h);

// All payloads but SA, Nonce and SK start with four bytes that say what the rest
// is: a type, a method, a count.
struct body { uint32_t head; struct slice data; };

void payload_begin(struct writer *w, enum payload type, uint32_t head);
void payload_end(struct writer *w);
// The two with `data`, or with SPIs of ESP SAs, between them.
void payload_write(struct writer *w, enum payload type, uint32_t head, struct slice data);
void payload_write_spis(struct writer *w, enum payload type, uint32_t head, const uint32_t *spi,
                        unsigned count);

// The payloads of one chain; slices point into the message.
struct payloads {
	struct body body[PAY_END - PAY_SA];     // of those that may stand once; n = 0: absent
	struct slice sealed;                    // SK: from its IV to the end
	uint8_t  sealed_next;                   // type of the first payload in it
	struct body deletes[4];                 // more are a syntax error
	unsigned delete_count;
	// notifications that mean something here
	uint16_t error;                         // the first error; 0: none
	uint16_t wanted_group;                  // of N_INVALID_KE; 0: none
	bool     initial_contact;
	uint32_t rekey;                         // SPI of N_REKEY, which is about ESP; 0: none
	struct slice cookie, nat_destination, nat_source[4];
	unsigned nat_sources;
	// what an error in the reply says besides its kind
	uint8_t  detail[2];
	uint32_t detail_bytes;
};

#define BODY(payloads, type) ((payloads)->body[(type) - PAY_SA])

// A chain that starts with a payload of type `first`.  Unknown payloads are
// skipped, but for critical ones (2.5).
enum ike_refusal payloads_read(uint8_t first, struct slice chain, struct payloads *out);
