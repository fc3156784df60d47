// SPDX-License-Identifier: MIT
// Seals and opens ESP packets.
#include <string.h>
#include <base/wipe.h>
#include "bytes.h"
#include "esp.h"

enum { IV = 8, NONCE = SA_SALT + IV, AAD_MAX = 12 };

void
esp_init(struct esp *esp, const struct sa *sa)
{
	gcm_init(&esp->gcm, sa->key, sa->key_bytes);
	memcpy(esp->salt, sa->salt, SA_SALT);
	esp->esn = (sa->flags & SA_ESN) != 0;
	esp->spi = sa->spi;
}

void
esp_fini(struct esp *esp)
{
	wipe(esp, sizeof *esp);
}

// RFC 4106, 5: SPI and sequence number, the latter as 64 bits if it has so many.
static uint32_t
make_aad(const struct esp *esp, uint64_t sequence, uint8_t aad[AAD_MAX])
{
	put32(aad, esp->spi);
	if (!esp->esn) {
		put32(aad + 4, (uint32_t)sequence);
		return 8;
	}
	put64(aad + 4, sequence);
	return 12;
}

// RFC 4106, 4.
static void
make_nonce(const struct esp *esp, const uint8_t *iv, uint8_t nonce[NONCE])
{
	memcpy(nonce, esp->salt, SA_SALT);
	memcpy(nonce + SA_SALT, iv, IV);
}

uint32_t
esp_length(uint32_t bytes)
{
	return ESP_HEAD + ((bytes + ESP_TRAILER + 3) & ~3u) + ESP_ICV;
}

uint32_t
esp_seal(struct esp *esp, uint64_t sequence, uint64_t iv, uint8_t next, const uint8_t *inner,
         uint32_t length, uint32_t padded, uint8_t *packet)
{
	uint32_t all = esp_length(padded), sealed = all - ESP_HEAD - ESP_ICV;
	uint32_t padding = sealed - padded - ESP_TRAILER;
	uint8_t *p = packet + ESP_HEAD, nonce[NONCE], aad[AAD_MAX];
	uint32_t aad_length = make_aad(esp, sequence, aad);

	put32(packet, esp->spi);
	put32(packet + 4, (uint32_t)sequence);
	put64(packet + 8, iv);
	memcpy(p, inner, length);
	if (padded > length)
		memset(p + length, 0, padded - length);
	for (uint32_t i = 0; i < padding; i++)
		p[padded + i] = (uint8_t)(i + 1);
	p[sealed - 2] = (uint8_t)padding;
	p[sealed - 1] = next;
	make_nonce(esp, packet + 8, nonce);
	gcm_seal(&esp->gcm, nonce, aad, aad_length, p, sealed, p + sealed);
	return all;
}

bool
esp_peek(const uint8_t *packet, uint32_t length, uint32_t *spi, uint32_t *sequence)
{
	if (length < ESP_MIN || length % 4 != 0)
		return false;
	*spi = get32(packet);
	*sequence = get32(packet + 4);
	return true;
}

enum esp_opened
esp_open(struct esp *esp, uint64_t sequence, uint8_t *packet, uint32_t length, uint8_t **inner,
         uint32_t *inner_length, uint8_t *next)
{
	uint32_t sealed = length - ESP_HEAD - ESP_ICV;
	uint8_t *p = packet + ESP_HEAD, nonce[NONCE], aad[AAD_MAX];
	uint32_t aad_length = make_aad(esp, sequence, aad);

	make_nonce(esp, packet + 8, nonce);
	if (!gcm_open(&esp->gcm, nonce, aad, aad_length, p, sealed, p + sealed))
		return ESP_FORGED;
	uint32_t padding = p[sealed - 2];

	if (padding > sealed - ESP_TRAILER)
		return ESP_BAD_PADDING;
	*inner = p;
	*inner_length = sealed - ESP_TRAILER - padding;
	*next = p[sealed - 1];
	for (uint32_t i = 0; i < padding; i++)
		if (p[*inner_length + i] != i + 1)
			return ESP_BAD_PADDING;
	return ESP_OPENED;
}
