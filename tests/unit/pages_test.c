// SPDX-License-Identifier: MIT
// lib/musl/pages.c against a simple model: random requests, no page handed out
// twice, zeroed, everything comes back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/musl/pages.h"

enum { PAGES = 61 };

static struct pages p;
static unsigned char *heap;

static int
setup(void **state)
{
	(void)state;
	heap = aligned_alloc(PAGES_SIZE, PAGES * PAGES_SIZE);
	if (heap == NULL)
		return -1;
	memset(heap, 0, PAGES * PAGES_SIZE);
	pages_init(&p, heap, PAGES * PAGES_SIZE + 5);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(heap);
	return 0;
}

static void
test_sizes(void **state)
{
	(void)state;
	assert_null(pages_take(&p, 0));
	assert_null(pages_take(&p, SIZE_MAX));
	assert_null(pages_take(&p, PAGES * PAGES_SIZE + 1));
	assert_ptr_equal(pages_take(&p, 1), heap);
	assert_ptr_equal(pages_take(&p, PAGES_SIZE + 1), heap + PAGES_SIZE);
	assert_ptr_equal(pages_take(&p, PAGES_SIZE), heap + 3 * PAGES_SIZE);
	assert_null(pages_take(&p, (PAGES - 3) * PAGES_SIZE));
	assert_non_null(pages_take(&p, (PAGES - 4) * PAGES_SIZE));
	assert_null(pages_take(&p, 1));
}

static void
test_own(void **state)
{
	(void)state;
	assert_true(pages_own(&p, heap, PAGES * PAGES_SIZE));
	assert_false(pages_own(&p, heap, PAGES * PAGES_SIZE + 1));
	assert_false(pages_own(&p, heap + 1, 1));
	assert_false(pages_own(&p, heap - PAGES_SIZE, PAGES_SIZE));
	assert_false(pages_own(&p, heap + PAGES_SIZE, PAGES * PAGES_SIZE));
	assert_false(pages_own(&p, heap + PAGES_SIZE, SIZE_MAX));
	assert_false(pages_own(&p, NULL, PAGES_SIZE));
}

static void
test_hole_is_found_and_zero(void **state)
{
	unsigned char *a, *b;

	(void)state;
	a = pages_take(&p, 4 * PAGES_SIZE);
	b = pages_take(&p, PAGES_SIZE);
	assert_ptr_equal(b, a + 4 * PAGES_SIZE);
	memset(a, 0xaa, 4 * PAGES_SIZE);
	pages_give(&p, a + PAGES_SIZE, 2 * PAGES_SIZE);
	assert_ptr_equal(pages_take(&p, 3 * PAGES_SIZE), b + PAGES_SIZE);
	assert_ptr_equal(pages_take(&p, 2 * PAGES_SIZE), a + PAGES_SIZE);
	for (size_t i = 0; i < 4 * PAGES_SIZE; i++)
		assert_int_equal(a[i], i / PAGES_SIZE == 1 || i / PAGES_SIZE == 2 ? 0 : 0xaa);
}

static void
test_random(void **state)
{
	unsigned char owner[PAGES] = { 0 };
	unsigned seed = 3;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		seed = seed * 1103515245u + 12345u;
		size_t at = (seed >> 8) % PAGES, n = (seed >> 16) % 9 + 1;

		if ((seed >> 28) % 2 == 0) {
			unsigned char *got = pages_take(&p, n * PAGES_SIZE - seed % 100);
			size_t run = 0, first = PAGES;

			for (size_t i = 0; i < PAGES && first == PAGES; i++) {
				run = owner[i] ? 0 : run + 1;
				if (run == n)
					first = i + 1 - n;
			}
			if (first == PAGES) {
				assert_null(got);
				continue;
			}
			assert_ptr_equal(got, heap + first * PAGES_SIZE);
			for (size_t i = 0; i < n; i++) {
				owner[first + i] = 1;
				assert_int_equal(got[i * PAGES_SIZE + seed % PAGES_SIZE], 0);
				memset(got + i * PAGES_SIZE, 1, PAGES_SIZE);
			}
		} else if (pages_own(&p, heap + at * PAGES_SIZE, n * PAGES_SIZE)) {
			pages_give(&p, heap + at * PAGES_SIZE, n * PAGES_SIZE);
			memset(owner + at, 0, n);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hole_is_found_and_zero, setup, teardown),
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
