// SPDX-License-Identifier: MIT
// ESP packets against published test cases; what is altered is refused; the
// window over sequence numbers against a plain model.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "apps/secure/viaduct/esp.h"
#include "apps/secure/viaduct/replay.h"
#include "tests/unit/unhex.h"

static const struct vector {
	const char *key, *spi, *sequence, *nonce, *plain, *sealed;
} vectors[] = {
#include "esp_vectors.inc"
};

enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static uint64_t
random_number(void)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13, state ^= state >> 7, state ^= state << 17;
	return state >> 11;
}

struct one {
	struct esp esp;
	uint64_t sequence, iv;
	uint8_t plain[128], packet[256];        // the packet as published
	uint32_t inner, length;                 // bytes
	uint8_t next;
};

static void
load(const struct vector *v, struct one *o)
{
	struct sa sa = { .flags = strlen(v->sequence) == 16 ? SA_ESN : 0 };
	uint8_t nonce[12];
	uint32_t n;

	sa.key_bytes = (uint8_t)unhex(v->key, sa.key);
	sa.spi = (uint32_t)strtoul(v->spi, NULL, 16);
	assert_int_equal(unhex(v->nonce, nonce), 12);
	memcpy(sa.salt, nonce, SA_SALT);
	esp_init(&o->esp, &sa);
	o->sequence = strtoull(v->sequence, NULL, 16);
	o->iv = strtoull(v->nonce + 8, NULL, 16);
	n = unhex(v->plain, o->plain);
	o->next = o->plain[n - 1];
	o->inner = n - 2 - o->plain[n - 2];
	unhex(v->spi, o->packet);
	unhex(v->sequence + strlen(v->sequence) - 8, o->packet + 4);
	memcpy(o->packet + 8, nonce + SA_SALT, 8);
	o->length = ESP_HEAD + unhex(v->sealed, o->packet + ESP_HEAD);
}

static void
test_vectors(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		static struct one o;
		uint8_t *packet, *inner, next;
		uint32_t length, spi, low;

		load(&vectors[i], &o);
		assert_int_equal(esp_length(o.inner), o.length);
		packet = malloc(o.length);      // exactly: ASan sees one byte too many
		assert_non_null(packet);
		assert_int_equal(esp_seal(&o.esp, o.sequence, o.iv, o.next, o.plain, o.inner,
		                          o.inner, packet), o.length);
		assert_memory_equal(packet, o.packet, o.length);
		assert_true(esp_peek(packet, o.length, &spi, &low));
		assert_int_equal(spi, o.esp.spi);
		assert_int_equal(low, (uint32_t)o.sequence);
		assert_int_equal(esp_open(&o.esp, o.sequence, packet, o.length, &inner, &length,
		                          &next), ESP_OPENED);
		assert_int_equal(length, o.inner);
		assert_memory_equal(inner, o.plain, length);
		assert_int_equal(next, o.next);
		free(packet);
		esp_fini(&o.esp);
	}
}

// Each single bit, each shorter length, another upper half: refused, and nothing
// of the content is left to read.
static void
test_altered(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		static struct one o;
		uint8_t *inner, next;
		uint32_t length;

		load(&vectors[i], &o);
		for (uint32_t bit = 0; bit < o.length * 8; bit++) {
			uint8_t copy[256];

			memcpy(copy, o.packet, o.length);
			copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
			uint64_t sequence = o.sequence;
			uint32_t spi = o.esp.spi;

			// these are looked up with what the packet says
			if (bit < 32)
				o.esp.spi ^= 1u << (bit / 8 * 8 ^ 24) << bit % 8;
			else if (bit < 64)
				sequence ^= 1ull << ((bit / 8 * 8 ^ 24) - 32) << bit % 8;
			assert_int_equal(esp_open(&o.esp, sequence, copy, o.length, &inner, &length,
			                          &next), ESP_FORGED);
			for (uint32_t k = ESP_HEAD; k < o.length - ESP_ICV; k++)
				assert_int_equal(copy[k], 0);
			o.esp.spi = spi;
		}
		for (uint32_t n = 0; n < o.length; n++) {
			uint8_t *copy = malloc(n + 1);
			uint32_t spi, low;

			memcpy(copy, o.packet, n);
			if (esp_peek(copy, n, &spi, &low))
				assert_int_equal(esp_open(&o.esp, o.sequence, copy, n, &inner,
				                          &length, &next), ESP_FORGED);
			else
				assert_true(n < ESP_MIN || n % 4 != 0);
			free(copy);
		}
		if (o.esp.esn)
			assert_int_equal(esp_open(&o.esp, o.sequence ^ 1ull << 32, o.packet,
			                          o.length, &inner, &length, &next), ESP_FORGED);
		esp_fini(&o.esp);
	}
}

// Authentic packets with padding other than RFC 4303 wants.  esp_seal writes right
// ones, so the packet carries its own trailer as content.
static void
test_padding(void **state)
{
	struct sa sa = { .spi = 256, .key_bytes = 16 };
	struct esp esp;

	(void)state;
	esp_init(&esp, &sa);
	for (unsigned round = 0; round < 20000; round++) {
		uint32_t n = 4 * (1 + (uint32_t)random_number() % 80), length, padding;
		uint8_t content[400], packet[500], *inner, next;
		bool good = true;

		for (uint32_t i = 0; i < n; i++)
			content[i] = (uint8_t)(i + 1);
		padding = (uint32_t)random_number() % 256;
		for (uint32_t i = 0; i < padding && i < n - 2; i++)
			content[n - 3 - i] = (uint8_t)(padding - i);
		if (padding > n - 2)
			good = false;
		else if (padding > 0 && random_number() % 2) {
			content[n - 3 - random_number() % padding] ^=
				(uint8_t)(1 + random_number() % 255);
			good = false;
		}
		content[n - 2] = (uint8_t)padding;
		content[n - 1] = 4;
		// sealed as 2 bytes less than all: the trailer that esp_seal adds is cut off below
		assert_int_not_equal(esp_seal(&esp, 1, round, 9, content, n - 2, n - 2, packet), 0);
		memcpy(packet + ESP_HEAD, content, n);
		gcm_seal(&esp.gcm, (uint8_t[12]){ [10] = (uint8_t)(round >> 8),
		                                  [11] = (uint8_t)round }, packet, 8,
		         packet + ESP_HEAD, n, packet + ESP_HEAD + n);
		enum esp_opened opened = esp_open(&esp, 1, packet, ESP_HEAD + n + ESP_ICV, &inner,
		                                  &length, &next);
		assert_int_equal(opened, good ? ESP_OPENED : ESP_BAD_PADDING);
		if (good)
			assert_int_equal(length, n - 2 - padding);
	}
	esp_fini(&esp);
}

static void
test_tfc(void **state)
{
	struct sa sa = { .spi = 256, .key_bytes = 32, .flags = SA_ESN };
	struct esp esp;
	uint8_t content[1500], *packet, *inner, next;

	(void)state;
	memset(content, 0xa5, sizeof content);
	esp_init(&esp, &sa);
	for (uint32_t n = 0; n < sizeof content; n += 7)
		for (uint32_t more = 0; more < 300; more += 33) {
			uint32_t length = esp_length(n + more);

			packet = malloc(length);
			assert_int_equal(esp_seal(&esp, 1ull << 33, n, 4, content, n, n + more,
			                          packet), length);
			assert_int_equal(esp_open(&esp, 1ull << 33, packet, length, &inner, &length,
			                          &next), ESP_OPENED);
			assert_int_equal(length, n + more);
			assert_memory_equal(inner, content, n);
			for (uint32_t i = n; i < length; i++)
				assert_int_equal(inner[i], 0);
			free(packet);
		}
	esp_fini(&esp);
}

// The model: all numbers ever seen, in a plain list, and arithmetic without wrap.
enum { MODEL = 4096 };
static uint64_t seen[MODEL];
static unsigned taken, refused;

static bool
model_seen(uint64_t sequence, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (seen[i] == sequence)
			return true;
	return false;
}

// What RFC 4303 A2 means: the one number with this lower half in the 2^32 from
// the window's lower edge on.  -1: there is none.
static __int128
model_extend(uint64_t highest, uint32_t low)
{
	__int128 bottom = (__int128)highest - 63;
	__int128 n = ((__int128)(highest >> 32) - 1) * 0x100000000 + low;

	while (n < bottom)
		n += (__int128)1 << 32;
	return n >= 0 && n <= UINT64_MAX ? n : -1;
}

static void
window(bool esn, uint64_t start)
{
	struct replay r = { .esn = esn, .highest = start, .seen = 1 };
	unsigned count = 1;

	seen[0] = start;
	for (unsigned step = 0; step < 3000; step++) {
		uint64_t number, sent = r.highest + random_number() % (step % 50 ? 40 : 200);

		sent -= random_number() % 80;           // may wrap: then it is a bad one
		if (step % 100 == 99)
			sent = random_number() << random_number() % 40;
		if (!esn)
			sent &= UINT32_MAX;
		__int128 expected = esn ? model_extend(r.highest, (uint32_t)sent) : (__int128)sent;
		bool good = expected > 0 && expected >= (__int128)r.highest - 63 &&
		            !model_seen((uint64_t)expected, count);
		struct replay before = r;

		assert_int_equal(replay_check(&r, (uint32_t)sent, &number), good);
		assert_memory_equal(&before, &r, sizeof r);
		good ? taken++ : refused++;
		if (!good || random_number() % 8 == 0)  // forged: the window does not move
			continue;
		assert_true((__int128)number == expected);
		replay_mark(&r, number);
		if (number > before.highest)
			assert_int_equal(r.highest, number);
		seen[count++] = number;
		assert_false(replay_check(&r, (uint32_t)number, &number));
	}
}

static void
test_window(void **state)
{
	static const uint64_t starts[] = { 0, 1, 62, 63, 64, 1000, 0x7fffffff, 0xfffffe00,
		                           0xffffff00, 0xffffffff, 0x100000000, 0x10000003e,
		                           0x10000003f, 0xfffffffffffffe00, UINT64_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		window(true, starts[i]);
		if (starts[i] <= UINT32_MAX - 5000)
			window(false, starts[i]);
	}
	assert_true(taken > 10000 && refused > 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_tfc),
		cmocka_unit_test(test_window),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
