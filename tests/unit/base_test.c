// SPDX-License-Identifier: MIT
// lib/base: its string.h against the C library's, the arena against a model.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

// Ours under other names, and of the ordinary kind for the sanitizers.
#define memcpy  base_memcpy
#define memset  base_memset
#define memmove base_memmove
#define memcmp  base_memcmp
#define strlen  base_strlen
#define strcmp  base_strcmp
#define strncmp base_strncmp
#define strchr  base_strchr
#include "lib/base/include/string.h"
#include "lib/base/memory.c"
#include "lib/base/string.c"
#include "lib/base/string_more.c"
#include "lib/base/include/crc32c.h"
#undef memcpy
#undef memset
#undef memmove
#undef memcmp
#undef strlen
#undef strcmp
#undef strncmp
#undef strchr

#include <base/arena.h>
#include <base/wipe.h>

static uint32_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void
fill(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)random_below(256);
}

// Every length and every alignment that can make a difference; the bytes
// around the destination must stay as they were.
static void
test_copy_and_fill(void **state)
{
	unsigned char ours[256], theirs[256], from[256];

	(void)state;
	for (size_t n = 0; n < 70; n++)
		for (size_t align = 0; align < 9; align++) {
			fill(from, sizeof from);
			fill(ours, sizeof ours);
			memcpy(theirs, ours, sizeof ours);
			assert_ptr_equal(base_memcpy(ours + align, from + 7, n), ours + align);
			memcpy(theirs + align, from + 7, n);
			assert_memory_equal(ours, theirs, sizeof ours);
			assert_ptr_equal(base_memset(ours + align, 0x1a5, n), ours + align);
			memset(theirs + align, 0x1a5, n);
			assert_memory_equal(ours, theirs, sizeof ours);
		}
}

static void
test_move(void **state)
{
	unsigned char ours[256], theirs[256];

	(void)state;
	for (size_t n = 0; n < 70; n++)
		for (size_t to = 0; to < 90; to++) {
			fill(ours, sizeof ours);
			memcpy(theirs, ours, sizeof ours);
			assert_ptr_equal(base_memmove(ours + to, ours + 40, n), ours + to);
			memmove(theirs + to, theirs + 40, n);
			assert_memory_equal(ours, theirs, sizeof ours);
		}
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
test_strings(void **state)
{
	static const char *const words[] = {
		"", "a", "b", "ab", "abc", "abd", "ab\xc3\xa4", "ab\x7f", "longer than eight",
	};
	enum { WORDS = sizeof words / sizeof words[0] };

	(void)state;
	for (int i = 0; i < WORDS; i++) {
		assert_int_equal(base_strlen(words[i]), strlen(words[i]));
		for (int c = 0; c < 256; c++)
			assert_ptr_equal(base_strchr(words[i], c), strchr(words[i], c));
		for (int j = 0; j < WORDS; j++) {
			size_t n = strlen(words[i]);

			assert_int_equal(sign(base_strcmp(words[i], words[j])),
				sign(strcmp(words[i], words[j])));
			for (size_t k = 0; k < 6; k++)
				assert_int_equal(sign(base_strncmp(words[i], words[j], k)),
					sign(strncmp(words[i], words[j], k)));
			if (n > strlen(words[j]))
				n = strlen(words[j]);
			assert_int_equal(sign(base_memcmp(words[i], words[j], n)),
				sign(memcmp(words[i], words[j], n)));
		}
	}
}

static void
test_wipe(void **state)
{
	char secret[] = "passphrase";

	(void)state;
	wipe(secret, sizeof secret - 2);
	assert_memory_equal(secret, "\0\0\0\0\0\0\0\0\0e", sizeof secret);
}

static void
test_arena_limits(void **state)
{
	_Alignas(16) unsigned char storage[256];
	struct arena a;

	(void)state;
	arena_init(&a, storage, 31);
	assert_null(arena_alloc(&a, 0));
	arena_init(&a, storage + 1, 255);
	assert_int_equal(a.size, 240);
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 20));
	assert_null(arena_alloc(&a, 225));
	assert_int_equal(a.failed, 3);
	void *p = arena_alloc(&a, 224);
	assert_non_null(p);
	assert_null(arena_alloc(&a, 0));
	assert_int_equal(a.used, 240);
	memset(p, 0xff, 224);
	arena_free(&a, p);
	arena_free(&a, NULL);
	assert_int_equal(a.used, 0);
	assert_int_equal(a.live, 0);
	assert_int_equal(a.peak, 240);
	for (size_t i = 32; i < 256; i++)       // freed memory was wiped
		assert_int_equal(storage[i], 0);
}

// A rest that would have room for nothing but its head stays with the block before it.
static void
test_arena_rest(void **state)
{
	_Alignas(16) unsigned char storage[80];
	struct arena a;

	(void)state;
	for (size_t size = 32; size <= 80; size += 16) {
		arena_init(&a, storage, size);
		unsigned char *p = arena_alloc(&a, 16);

		assert_non_null(p);
		assert_int_equal(a.used, size == 48 ? 48 : 32);
		unsigned char *q = arena_alloc(&a, 1);

		assert_int_equal(q != NULL, size >= 64);
		if (q != NULL)
			assert_ptr_equal(q, p + 32);
	}
}

// Random allocations: aligned, zeroed, disjoint (each keeps its own pattern),
// and after the last is freed the whole arena is one piece again.
static void
test_arena_random(void **state)
{
	static unsigned char storage[8192 + 5];
	enum { BLOCKS = 64 };
	struct { unsigned char *p; size_t n; } block[BLOCKS] = { 0 };
	struct arena a;

	(void)state;
	arena_init(&a, storage + 5, 8192);
	for (int round = 0; round < 20000; round++) {
		unsigned i = random_below(BLOCKS);

		if (block[i].p != NULL) {
			for (size_t k = 0; k < block[i].n; k++)
				assert_int_equal(block[i].p[k], i + 1);
			arena_free(&a, block[i].p);
			block[i].p = NULL;
			continue;
		}
		block[i].n = random_below(400);
		block[i].p = arena_alloc(&a, block[i].n);
		if (block[i].p == NULL)
			continue;
		assert_int_equal((uintptr_t)block[i].p % 16, 0);
		for (size_t k = 0; k < block[i].n; k++)
			assert_int_equal(block[i].p[k], 0);
		memset(block[i].p, (int)i + 1, block[i].n);
	}
	assert_true(a.failed > 0);
	for (int i = 0; i < BLOCKS; i++)
		arena_free(&a, block[i].p);
	assert_int_equal(a.live, 0);
	assert_int_equal(a.used, 0);
	assert_non_null(arena_alloc(&a, a.size - 16));
}

// RFC 3720, section B.4, and the check value of the catalogues.
static void
test_crc32c_vectors(void **state)
{
	uint8_t data[32];

	(void)state;
	memset(data, 0, sizeof data);
	assert_int_equal(crc32c(data, sizeof data), 0x8a9136aa);
	memset(data, 0xff, sizeof data);
	assert_int_equal(crc32c(data, sizeof data), 0x62a8ab43);
	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)i;
	assert_int_equal(crc32c(data, sizeof data), 0x46dd794e);
	assert_int_equal(crc32c("123456789", 9), 0xe3069283);
	assert_int_equal(crc32c("", 0), 0);
}

// Bit by bit, as the polynomial says: what the instruction and the table must give.
static uint32_t
slow_crc(const uint8_t *at, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (; n-- > 0; at++) {
		crc ^= *at;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void
test_crc32c_whole(void **state)
{
	uint8_t file[300];

	(void)state;
	for (size_t n = 0; n <= sizeof file - 4; n++) {
		for (size_t i = 0; i < n; i++)
			file[i] = (uint8_t)random_below(256);
		uint32_t crc = crc32c(file, n);

		assert_int_equal(crc, slow_crc(file, n));
		memcpy(file + n, &crc, 4);
		assert_int_equal(crc32c(file, n + 4), CRC32C_WHOLE);
		for (size_t cut = 0; cut < n + 4; cut++)
			assert_int_not_equal(crc32c(file, cut), CRC32C_WHOLE);
		for (size_t bit = 0; bit < (n + 4) * 8; bit++) {
			file[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_not_equal(crc32c(file, n + 4), CRC32C_WHOLE);
			file[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy_and_fill),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_crc32c_vectors),
		cmocka_unit_test(test_crc32c_whole),
		cmocka_unit_test(test_arena_limits),
		cmocka_unit_test(test_arena_rest),
		cmocka_unit_test(test_arena_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
