// SPDX-License-Identifier: MIT
// The framebuffer driver's sizes and flexpages.
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fb-drv/frame.h"

static void
test_size(void **state)
{
	struct fb_mode m = { 1024, 768, 4096 };

	(void)state;
	assert_true(frame_fits(m, 16 << 20));
	assert_true(frame_fits(m, 3 << 20));
	assert_false(frame_fits(m, (3 << 20) - 1));
	m.pitch += 4;
	assert_true(frame_fits(m, 16 << 20));
	m.pitch += 2;
	assert_false(frame_fits(m, 16 << 20));
	m.pitch = 4092;
	assert_false(frame_fits(m, 16 << 20));
	assert_true(frame_fits((struct fb_mode){ 320, 200, 1280 }, 1 << 20));
	assert_false(frame_fits((struct fb_mode){ 319, 200, 1280 }, 1 << 20));
	assert_false(frame_fits((struct fb_mode){ 320, 199, 1280 }, 1 << 20));
	assert_false(frame_fits((struct fb_mode){ 0, 768, 4096 }, 16 << 20));
	// multiplications that would wrap
	assert_false(frame_fits((struct fb_mode){ 1u << 30, 768, 4096 }, 16 << 20));
	assert_false(frame_fits((struct fb_mode){ 16384, 16384, 0xfffffffc }, 1ull << 40));
	assert_false(frame_fits((struct fb_mode){ 1024, 1u << 31, 4096 }, 1ull << 60));
}

// Each byte of the frame once, every flexpage aligned on both sides.
static void
test_items(void **state)
{
	static const uint64_t sizes[] = { 4096, 3 << 20, 5 << 20, 0x1d5000, 0x753000, 0x384000 };

	(void)state;
	for (unsigned k = 0; k < 6; k++) {
		uint64_t base = 0x10200000, at = 0;
		struct item items[ITEMS_MAX];
		unsigned n = frame_items(base, sizes[k], items);

		assert_true(n > 0);
		for (unsigned i = 0; i < n; i++) {
			uint64_t bytes = 1ull << fpage_order(items[i].what);

			assert_int_equal(fpage_addr(items[i].what), base + at);
			assert_int_equal(fpage_type(items[i].what), FPAGE_MEM);
			assert_int_equal(fpage_rights(items[i].what), MEM_RW);
			assert_int_equal(items[i].to, at);
			assert_int_equal((base + at) % bytes, 0);
			assert_int_equal(at % bytes, 0);
			at += bytes;
		}
		assert_int_equal(at, sizes[k]);
	}
	struct item items[ITEMS_MAX];
	assert_int_equal(frame_items(0x10201000, 3 << 20, items), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size), cmocka_unit_test(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
