// SPDX-License-Identifier: MIT
// The backdrop's stretching: corners stay, colours in between, no pixel outside.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "apps/legacy/backdrop/stretch.h"

static void
test_sizes(void **state)
{
	enum { W = 3, H = 2 };
	static const uint32_t px[W * H] = {
		0x000000, 0x808080, 0xff0000, 0x00ff00, 0x404040, 0x0000ff,
	};
	static const int32_t sizes[][2] = { { 1, 1 }, { 3, 2 }, { 5, 3 }, { 100, 77 }, { 2, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		int32_t w = sizes[i][0], h = sizes[i][1];
		uint32_t *to = malloc((size_t)(w * h) * sizeof *to);     // ASan sees the end
		const struct canvas c = { to, w, h, w };

		assert_non_null(to);
		stretch(&c, px, W, H);
		assert_int_equal(to[0], 0x000000);
		if (w > 1)
			assert_int_equal(to[w - 1], 0xff0000);
		if (h > 1)
			assert_int_equal(to[(h - 1) * w], 0x00ff00);
		if (w > 1 && h > 1)
			assert_int_equal(to[w * h - 1], 0x0000ff);
		if (w == 5) {           // half-way between neighbours
			assert_int_equal(to[1], 0x404040);
			assert_int_equal(to[w], 0x007f00);
		}
		free(to);
	}
}

static void
test_room(void **state)
{
	struct rect r = stretch_room(1024, 744, 1024 * 744);

	(void)state;
	assert_int_equal(r.x | r.y, 0);
	assert_int_equal(r.w, 1024), assert_int_equal(r.h, 744);
	r = stretch_room(2560, 1576, 2 << 20);
	assert_in_range((uint64_t)r.w * (uint64_t)r.h, (2 << 20) - 4096, 2 << 20);
	assert_in_range(r.w * 1576 / 2560, r.h, r.h + 1);
	assert_in_range(r.x * 2 + r.w, 2559, 2560);
	assert_in_range(r.y * 2 + r.h, 1575, 1576);
	r = stretch_room(8192, 8192, 0);
	assert_int_equal(r.w, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
