// SPDX-License-Identifier: MIT
// The kernel's heap against a plain array: order, removal from anywhere, and
// that no way through it is longer than the logarithm of its size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <heap.h>

enum { ELEMENTS = 1000, STEPS = 200000, KEYS = 5000 };

static struct heap head, element[ELEMENTS];
static uint64_t seed = 88172645463325252ull;

static unsigned
chance(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)((seed * 0x2545f4914f6cdd1d >> 33) % below);
}

// Checks one element; how many ranks lie below on its right side.
static void
check_element(const struct heap *n)
{
	unsigned left = n->left == NULL ? 0 : n->left->rank;
	unsigned right = n->right == NULL ? 0 : n->right->rank;

	assert_true(left >= right);
	assert_int_equal(n->rank, right + 1);
	for (int i = 0; i < 2; i++) {
		const struct heap *child = i == 0 ? n->left : n->right;

		assert_true(child == NULL || (child->up == n && child->key >= n->key));
	}
}

static unsigned
check_all(void)
{
	unsigned n = 0, steps = 0;
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < ELEMENTS; i++) {
		if (element[i].up == NULL)
			continue;
		n++;
		least = element[i].key < least ? element[i].key : least;
		check_element(&element[i]);
	}
	assert_int_equal(heap_empty(&head), n == 0);
	if (n == 0)
		return 0;
	assert_int_equal(head.left->key, least);
	for (const struct heap *e = head.left; e != NULL; e = e->right)
		steps++;
	assert_true(1u << steps <= 2 * (n + 1));
	return n;
}

static void
random_steps(void **state)
{
	unsigned most = 0;

	(void)state;
	for (unsigned i = 0; i < STEPS; i++) {
		struct heap *e = &element[chance(ELEMENTS)];

		if (e->up != NULL) {
			heap_remove(e);
		} else if (i / 20000 % 2 == 0 || chance(4) == 0) {
			e->key = chance(KEYS);
			heap_insert(&head, e);
		} else if (!heap_empty(&head)) {
			heap_remove(head.left);
		}
		if (i % 100 == 0) {
			unsigned n = check_all();

			most = n > most ? n : most;
		}
	}
	assert_true(most > ELEMENTS / 3);
}

// What was put in comes out in order.
static void
sorts(void **state)
{
	uint64_t last = 0;
	unsigned n = 0;

	(void)state;
	while (!heap_empty(&head))
		heap_remove(head.left);
	for (unsigned i = 0; i < ELEMENTS; i++) {
		element[i].key = i % 3 == 0 ? i : chance(KEYS);         // rising, and not
		heap_insert(&head, &element[i]);
	}
	for (; !heap_empty(&head); n++) {
		struct heap *first = head.left;

		assert_true(first->key >= last);
		last = first->key;
		heap_remove(first);
		assert_null(first->up);
	}
	assert_int_equal(n, ELEMENTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_steps),
		cmocka_unit_test(sorts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
