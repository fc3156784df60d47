// SPDX-License-Identifier: MIT
// One ESP packet (RFC 4303, figure 1), sealed and opened with AES-GCM (RFC 4106,
// 16-octet ICV).  Knows nothing of windows, policies and lifetimes.
//
//   SPI (4) | sequence number (4) | IV (8) | encrypted: inner packet, TFC padding,
//   padding 1 2 3 ..., pad length (1), next header (1) | ICV (16)
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <app/sa.h>
#include <gcm/gcm.h>

enum {
	ESP_HEAD = 16,          // SPI, sequence number, IV
	ESP_ICV = 16,
	ESP_TRAILER = 2,        // pad length, next header
	ESP_MIN = ESP_HEAD + 4 + ESP_ICV,       // what is encrypted ends on 4 bytes
	ESP_OVERHEAD = ESP_HEAD + ESP_TRAILER + ESP_ICV,        // and up to 3 of padding
	ESP_NEXT_IPV4 = 4,
	ESP_NEXT_DUMMY = 59,    // RFC 4303, 2.6
};

struct esp {
	struct gcm gcm;
	uint8_t  salt[SA_SALT];
	bool     esn;
	uint32_t spi;
};

// The key's length is 16 or 32.
void esp_init(struct esp *esp, const struct sa *sa);

// Wipes the key.
void esp_fini(struct esp *esp);

// The packet's length with `bytes` of inner packet, TFC padding included.
uint32_t esp_length(uint32_t bytes);

// Seals inner[0..length) and zeros up to `padded` bytes into `packet`, which has
// room for esp_length(padded).  No two packets of a key have the same iv.
// Returns the length.
uint32_t esp_seal(struct esp *esp, uint64_t sequence, uint64_t iv, uint8_t next,
                  const uint8_t *inner, uint32_t length, uint32_t padded, uint8_t *packet);

// What the outside of a packet says.  False: too short, or not aligned.
bool esp_peek(const uint8_t *packet, uint32_t length, uint32_t *spi, uint32_t *sequence);

enum esp_opened { ESP_OPENED, ESP_FORGED, ESP_BAD_PADDING };

// Opens, in place, a packet that esp_peek took.  ESP_OPENED: *inner and *inner_length
// are what is inside, TFC padding included, *next its kind.  ESP_FORGED: nothing of
// it remains.
enum esp_opened esp_open(struct esp *esp, uint64_t sequence, uint8_t *packet, uint32_t length,
                         uint8_t **inner, uint32_t *inner_length, uint8_t *next);
