// SPDX-License-Identifier: MIT
// Random numbers from a processor that has none, stops having them, or gets stuck: who asks
// is told so, whenever it happens.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <base/random.h>

enum { NEVER = 1000 };

// The processor: how often it was asked, when it fails for good, from when on it repeats.
static unsigned asked, fails_at, stuck_at;
static int there;

int have_rdrand(void);
int rdrand(uint64_t *out);

int
have_rdrand(void)
{
	return there;
}

int
rdrand(uint64_t *out)
{
	unsigned n = asked++;

	if (n >= fails_at)
		return 0;
	*out = (n < stuck_at ? n : stuck_at) * 0x0101010101010101ull;
	return 1;
}

static int
fetch(int have, unsigned fails, unsigned stuck, unsigned char *out, size_t size)
{
	there = have, fails_at = fails, stuck_at = stuck, asked = 0;
	return random_bytes(NULL, out, size);
}

// The first number only tells whether the next one differs.
static void
test_good(void **state)
{
	unsigned char out[41];

	(void)state;
	for (size_t size = 0; size < sizeof out; size++) {
		memset(out, 0xee, sizeof out);
		assert_int_equal(fetch(1, NEVER, NEVER, out, size), 0);
		for (size_t i = 0; i < sizeof out; i++)
			assert_int_equal(out[i], i < size ? 1 + i / 8 : 0xee);
	}
}

static void
test_bad(void **state)
{
	unsigned char out[40];

	(void)state;
	assert_int_equal(fetch(0, NEVER, NEVER, out, 8), -1);
	assert_int_equal(asked, 0);
	for (unsigned n = 0; n <= 5; n++) {
		assert_int_equal(fetch(1, n, NEVER, out, 40), -1);
		assert_int_equal(asked, n + 1);
		if (n < 5)
			assert_int_equal(fetch(1, NEVER, n, out, 40), -1);
	}
	assert_int_equal(fetch(1, 6, NEVER, out, 40), 0);
	assert_int_equal(fetch(1, NEVER, 5, out, 40), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
