// SPDX-License-Identifier: MIT
// Counter mode and GHASH, eight blocks at a time.  Bits of GHASH are reflected: bytes
// are turned around, products are of 255 bits, and the hash key is kept times x, so
// that they need no shift (Gueron and Kounavis, "Intel carry-less multiplication
// instruction and its usage for computing the GCM mode", algorithms 2 and 5).  The
// products of eight blocks are added before they are reduced, once.
#include <string.h>
#include <wmmintrin.h>
#include <smmintrin.h>
#include <base/wipe.h>
#include "gcm.h"

enum { BLOCK = 16, CHUNK = GCM_AT_ONCE * BLOCK };

typedef __m128i block;

// A product that is not reduced: low and high half, and what lies across both.
struct product { block low, middle, high; };

static inline block load(const uint8_t *p) { return _mm_loadu_si128((const block *)p); }
static inline void store(uint8_t *p, block b) { _mm_storeu_si128((block *)p, b); }
// of what is in a struct gcm
static inline block key(const uint8_t *p) { return _mm_load_si128((const block *)(const void *)p); }

// n < 16 bytes, or 16: shorter than a call.
static inline void
copy(uint8_t *to, const uint8_t *from, uint32_t n)
{
#pragma GCC unroll 5
	for (uint32_t step = BLOCK; step > 0; step /= 2)
		if ((n & step) != 0) {
			memcpy(to, from, step);
			to += step, from += step;
		}
}

static inline block
reflect(block b)
{
	return _mm_shuffle_epi8(b, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	                                        15));
}

// Karatsuba: three multiplications.  power: of the hash key, from 0.
static inline void
add_product(const struct gcm *g, unsigned power, block a, struct product *sum)
{
	block h = key(g->power[power]), folded = key(g->folded[power]);
	block both = _mm_xor_si128(a, _mm_shuffle_epi32(a, 0x4e));

	sum->low = _mm_xor_si128(sum->low, _mm_clmulepi64_si128(a, h, 0x00));
	sum->high = _mm_xor_si128(sum->high, _mm_clmulepi64_si128(a, h, 0x11));
	sum->middle = _mm_xor_si128(sum->middle, _mm_clmulepi64_si128(both, folded, 0x00));
}

// Modulo x^128 + x^127 + x^126 + x^121 + 1, 64 bits at a time.
static inline block
reduce(struct product p)
{
	const block poly = _mm_set_epi64x(0, (long long)0xc200000000000000);
	block low = p.low, middle = _mm_xor_si128(p.middle, _mm_xor_si128(p.low, p.high));

	low = _mm_xor_si128(low, _mm_slli_si128(middle, 8));
	for (unsigned i = 0; i < 2; i++)
		low = _mm_xor_si128(_mm_shuffle_epi32(low, 0x4e),
		                    _mm_clmulepi64_si128(low, poly, 0x00));
	return _mm_xor_si128(_mm_xor_si128(p.high, _mm_srli_si128(middle, 8)), low);
}

static inline struct product
nothing(void)
{
	return (struct product){ _mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128() };
}

static inline block
multiply(const struct gcm *g, block a)
{
	struct product p = nothing();

	add_product(g, 0, a, &p);
	return reduce(p);
}

// Rounds without a loop: 9, or 13.
#define ROUNDS(g, step) do { \
	step(1); step(2); step(3); step(4); step(5); step(6); step(7); step(8); step(9); \
	if ((g)->rounds > 10) { \
		step(10); step(11); step(12); step(13); \
	} \
} while (0)

static inline block
encrypt(const struct gcm *g, block b)
{
#define STEP(i) b = _mm_aesenc_si128(b, key(g->round_key[i]))
	b = _mm_xor_si128(b, key(g->round_key[0]));
	ROUNDS(g, STEP);
	return _mm_aesenclast_si128(b, key(g->round_key[g->rounds]));
#undef STEP
}

static void
keep_power(struct gcm *g, unsigned i, block h)
{
	store(g->power[i], h);
	store(g->folded[i], _mm_xor_si128(h, _mm_shuffle_epi32(h, 0x4e)));
}

// FIPS 197, 5.2.  The round constant is added here: the instruction takes a literal only.
static void
expand(struct gcm *g, const uint8_t *bytes, unsigned key_bytes)
{
	unsigned first = key_bytes / BLOCK;
	int constant = 1;

	g->rounds = first == 1 ? 10 : 14;
	memcpy(g->round_key, bytes, key_bytes);
	for (unsigned i = first; i <= g->rounds; i++) {
		block b = load(g->round_key[i - first]), mix;

		mix = _mm_aeskeygenassist_si128(load(g->round_key[i - 1]), 0);
		if (first == 1 || i % 2 == 0) {
			mix = _mm_xor_si128(_mm_shuffle_epi32(mix, 0xff), _mm_set1_epi32(constant));
			constant = constant << 1 ^ (constant >> 7) * 0x11b;
		} else {
			mix = _mm_shuffle_epi32(mix, 0xaa);
		}
		b = _mm_xor_si128(b, _mm_slli_si128(b, 4));
		b = _mm_xor_si128(b, _mm_slli_si128(b, 8));
		store(g->round_key[i], _mm_xor_si128(b, mix));
	}
}

void
gcm_init(struct gcm *g, const uint8_t *bytes, unsigned key_bytes)
{
	uint64_t half[2], carry;
	block h;

	expand(g, bytes, key_bytes);
	store((uint8_t *)half, reflect(encrypt(g, _mm_setzero_si128())));
	carry = half[1] >> 63;                  // the hash key times x
	half[1] = (half[1] << 1 | half[0] >> 63) ^ carry * 0xc200000000000000;
	half[0] = half[0] << 1 | carry;
	h = load((const uint8_t *)half);
	keep_power(g, 0, h);
	for (unsigned i = 1; i < GCM_AT_ONCE; i++)
		keep_power(g, i, h = multiply(g, h));
	wipe(half, sizeof half);
}

static inline block
hash_chunk(const struct gcm *g, block y, const uint8_t *p)
{
	struct product sum = nothing();

	add_product(g, GCM_AT_ONCE - 1, _mm_xor_si128(y, reflect(load(p))), &sum);
#pragma GCC unroll 8
	for (unsigned i = 1; i < GCM_AT_ONCE; i++)
		add_product(g, GCM_AT_ONCE - 1 - i, reflect(load(p + i * BLOCK)), &sum);
	return reduce(sum);
}

// GHASH goes on from y with less than a chunk; zeros complete the last block.
static inline block
hash_rest(const struct gcm *g, block y, const uint8_t *p, uint32_t n)
{
	struct product sum = nothing();
	uint8_t last[BLOCK] = { 0 };

	if (n == 0)
		return y;
	for (uint32_t power = (n - 1) / BLOCK; n > BLOCK; power--, p += BLOCK, n -= BLOCK) {
		add_product(g, power, _mm_xor_si128(y, reflect(load(p))), &sum);
		y = _mm_setzero_si128();
	}
	copy(last, p, n);
	add_product(g, 0, _mm_xor_si128(y, reflect(load(last))), &sum);
	return reduce(sum);
}

static inline block
counter(block nonce, uint32_t n)
{
	return _mm_insert_epi32(nonce, (int)__builtin_bswap32(n), 3);
}

// Encrypts a whole chunk, all blocks of it side by side.
static inline void
crypt_chunk(const struct gcm *g, block nonce, uint32_t n, uint8_t *p)
{
	block b[GCM_AT_ONCE], k = key(g->round_key[0]);

#define EACH _Pragma("GCC unroll 8") for (unsigned i = 0; i < GCM_AT_ONCE; i++)
#define STEP(r) do { \
	k = key(g->round_key[r]); \
	EACH b[i] = _mm_aesenc_si128(b[i], k); \
} while (0)
	EACH b[i] = _mm_xor_si128(counter(nonce, n + i), k);
	ROUNDS(g, STEP);
	k = key(g->round_key[g->rounds]);
	EACH store(p + i * BLOCK, _mm_xor_si128(load(p + i * BLOCK),
	                                        _mm_aesenclast_si128(b[i], k)));
#undef STEP
#undef EACH
}

static inline void
crypt_rest(const struct gcm *g, block nonce, uint32_t at, uint8_t *p, uint32_t n)
{
	uint8_t last[BLOCK] = { 0 };

	for (; n >= BLOCK; p += BLOCK, n -= BLOCK)
		store(p, _mm_xor_si128(load(p), encrypt(g, counter(nonce, at++))));
	if (n == 0)
		return;
	copy(last, p, n);
	store(last, _mm_xor_si128(load(last), encrypt(g, counter(nonce, at))));
	copy(p, last, n);
}

// Encrypts or decrypts; returns the tag.
static inline block
crypt(const struct gcm *g, bool seal, const uint8_t nonce_bytes[GCM_NONCE],
      const uint8_t *about, uint32_t about_bytes, uint8_t *p, uint32_t n)
{
	const block lengths = _mm_set_epi64x((long long)about_bytes * 8, (long long)n * 8);
	block y = _mm_setzero_si128(), nonce;
	uint8_t bytes[BLOCK] = { 0 };
	uint32_t at = 2;

	memcpy(bytes, nonce_bytes, GCM_NONCE);
	nonce = load(bytes);
	for (; about_bytes >= CHUNK; about += CHUNK, about_bytes -= CHUNK)
		y = hash_chunk(g, y, about);
	y = hash_rest(g, y, about, about_bytes);
	for (; n >= CHUNK; p += CHUNK, n -= CHUNK, at += GCM_AT_ONCE) {
		if (!seal)
			y = hash_chunk(g, y, p);
		crypt_chunk(g, nonce, at, p);
		if (seal)
			y = hash_chunk(g, y, p);
	}
	if (!seal)
		y = hash_rest(g, y, p, n);
	crypt_rest(g, nonce, at, p, n);
	if (seal)
		y = hash_rest(g, y, p, n);
	y = multiply(g, _mm_xor_si128(y, lengths));
	return _mm_xor_si128(reflect(y), encrypt(g, counter(nonce, 1)));
}

void
gcm_seal(const struct gcm *g, const uint8_t nonce[GCM_NONCE], const uint8_t *about,
         uint32_t about_bytes, uint8_t *text, uint32_t n, uint8_t tag[GCM_TAG])
{
	store(tag, crypt(g, true, nonce, about, about_bytes, text, n));
}

bool
gcm_open(const struct gcm *g, const uint8_t nonce[GCM_NONCE], const uint8_t *about,
         uint32_t about_bytes, uint8_t *text, uint32_t n, const uint8_t tag[GCM_TAG])
{
	block wrong = _mm_xor_si128(load(tag), crypt(g, false, nonce, about, about_bytes, text, n));

	if (_mm_testz_si128(wrong, wrong))
		return true;
	wipe(text, n);
	return false;
}
