// SPDX-License-Identifier: MIT
// The viewer's PNG reader: pictures of all kinds, made by libpng here, have the
// colours they should in any size; damaged ones are refused or cost nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <png.h>

#include "apps/legacy/viewer/album.h"

static unsigned char file[1 << 20];
static size_t size;

static void
append(png_structp png, png_bytep bytes, size_t n)
{
	(void)png;
	assert_true(n <= sizeof file - size);
	memcpy(file + size, bytes, n);
	size += n;
}

static void
flush(png_structp png)
{
	(void)png;
}

// The left half is 0x204060, the right half 0xe0c0a0, where it is not grey or a
// palette; alpha of the lower half is 0 if there is any.
static void
make(uint32_t width, uint32_t height, int depth, int type, int interlace)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	static const unsigned char colour[2][4] = { { 0x20, 0x40, 0x60, 0xff },
	                                            { 0xe0, 0xc0, 0xa0, 0xff } };
	size_t channels = type == PNG_COLOR_TYPE_RGB ? 3 : type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : 1;
	size_t bytes = channels * (size_t)depth / 8;
	unsigned char *row = calloc(width, 8);

	size = 0;
	png_set_write_fn(png, NULL, append, flush);
	png_set_IHDR(png, info, width, height, depth, type, interlace, PNG_COMPRESSION_TYPE_DEFAULT,
	             PNG_FILTER_TYPE_DEFAULT);
	if (type == PNG_COLOR_TYPE_PALETTE) {
		const png_color palette[2] = { { 0x20, 0x40, 0x60 }, { 0xe0, 0xc0, 0xa0 } };
		png_set_PLTE(png, info, palette, 2);
	}
	png_write_info(png, info);
	int passes = png_set_interlace_handling(png);
	for (int pass = 0; pass < passes; pass++)
		for (uint32_t y = 0; y < height; y++) {
			for (uint32_t x = 0; x < width; x++)
				for (size_t i = 0; i < bytes; i++) {
					size_t k = i / (size_t)(depth / 8);
					unsigned char v = colour[x >= width / 2][k];

					if (type == PNG_COLOR_TYPE_PALETTE)
						v = x >= width / 2;
					if (k == 3 && y >= height / 2)
						v = 0;
					row[x * bytes + i] = v;
				}
			png_write_row(png, row);
		}
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	free(row);
}

static uint32_t
pixel(const struct picture *p, int32_t x, int32_t y)
{
	return p->px[y * p->width + x];
}

static void
test_kinds(void **state)
{
	static const struct { int depth, type, interlace; uint32_t left, right, below; } kinds[] = {
		{ 8, PNG_COLOR_TYPE_RGB, 0, 0x204060, 0xe0c0a0, 0x204060 },
		{ 8, PNG_COLOR_TYPE_RGB, 1, 0x204060, 0xe0c0a0, 0x204060 },
		{ 16, PNG_COLOR_TYPE_RGB, 0, 0x204060, 0xe0c0a0, 0x204060 },
		{ 8, PNG_COLOR_TYPE_RGB_ALPHA, 0, 0x204060, 0xe0c0a0, 0xffffff },
		{ 8, PNG_COLOR_TYPE_RGB_ALPHA, 1, 0x204060, 0xe0c0a0, 0xffffff },
		{ 8, PNG_COLOR_TYPE_GRAY, 0, 0x202020, 0xe0e0e0, 0x202020 },
		{ 8, PNG_COLOR_TYPE_PALETTE, 0, 0x204060, 0xe0c0a0, 0x204060 },
	};
	struct picture p;

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		make(64, 32, kinds[i].depth, kinds[i].type, kinds[i].interlace);
		for (int32_t w = 16; w <= 128; w *= 2) {
			assert_true(picture_read(&p, file, size, w));
			assert_int_equal(p.width, w < 64 ? w : 64);
			assert_int_equal(p.height, p.width / 2);
			assert_int_equal(pixel(&p, 0, 0), kinds[i].left);
			assert_int_equal(pixel(&p, p.width - 1, 0), kinds[i].right);
			assert_int_equal(pixel(&p, 0, p.height - 1), kinds[i].below);
			picture_free(&p);
		}
	}
}

static void
test_mean_of_what_is_made_smaller(void **state)
{
	struct picture p;

	(void)state;
	make(2, 2, 8, PNG_COLOR_TYPE_RGB, 0);
	assert_true(picture_read(&p, file, size, 1));
	assert_int_equal(p.width, 1);
	assert_int_equal(p.height, 1);
	assert_int_equal(pixel(&p, 0, 0), 0x808080);
	picture_free(&p);
	// odd factors, every pixel is written
	make(101, 37, 8, PNG_COLOR_TYPE_RGB, 0);
	assert_true(picture_read(&p, file, size, 23));
	for (int32_t i = 0; i < p.width * p.height; i++)
		assert_true(p.px[i] >= 0x204060);
	picture_free(&p);
}

static void
test_limits(void **state)
{
	struct picture p;

	(void)state;
	make(PICTURE_SIDE_MAX + 1, 1, 8, PNG_COLOR_TYPE_GRAY, 0);
	assert_false(picture_read(&p, file, size, 100));
	make(PICTURE_SIDE_MAX, 300, 8, PNG_COLOR_TYPE_GRAY, 1);
	assert_false(picture_read(&p, file, size, 100));
	make(PICTURE_SIDE_MAX, 1, 8, PNG_COLOR_TYPE_GRAY, 0);
	assert_true(picture_read(&p, file, size, 10));
	assert_int_equal(p.height, 1);
	picture_free(&p);
	assert_false(picture_read(&p, file, size, 0));
	assert_null(p.px);
}

static void
test_size(void **state)
{
	int32_t w, h;

	(void)state;
	make(64, 32, 8, PNG_COLOR_TYPE_RGB, 0);
	assert_true(picture_size(file, size, 100, &w, &h));
	assert_int_equal(w, 64), assert_int_equal(h, 32);
	assert_true(picture_size(file, size, 16, &w, &h));
	assert_int_equal(w, 16), assert_int_equal(h, 8);
	assert_true(picture_size(file, 45, 16, &w, &h));        // its pixels are not looked at
	assert_false(picture_size(file, 30, 16, &w, &h));
	assert_false(picture_size(file, size, 0, &w, &h));
	make(PICTURE_SIDE_MAX, 300, 8, PNG_COLOR_TYPE_GRAY, 1);
	assert_false(picture_size(file, size, 16, &w, &h));
}

// An album of one file under many names.
static unsigned opened, closed;

static bool
open_file(const char *path, struct bytes *b)
{
	if (path[0] == 'x')
		return false;
	opened++;
	*b = (struct bytes){ file, size };
	return true;
}

static void
close_file(struct bytes b)
{
	assert_ptr_equal(b.at, file);
	closed++;
}

static const struct album_files files = { open_file, close_file };

static void
test_album(void **state)
{
	static struct album a;
	static const char *const names[] = { "a", "b", "c" };
	int32_t w = 900, h;

	(void)state;
	make(700, 700, 8, PNG_COLOR_TYPE_GRAY, 0);      // two are room for, three are not
	opened = closed = 0;
	assert_null(album_draw(&a, &files, "a"));       // not measured
	for (int i = 0; i < 3; i++, w = 900) {
		assert_true(album_measure(&a, &files, names[i], false, &w, &h));
		assert_int_equal(w, 700), assert_int_equal(h, 700);
	}
	assert_false(album_measure(&a, &files, "x", false, &w, &h));
	assert_int_equal(opened, 3);
	for (int i = 0; i < 3; i++)
		assert_null(a.picture[i].picture.px);   // nothing is decoded yet
	assert_non_null(album_draw(&a, &files, "a"));
	assert_non_null(album_draw(&a, &files, "b"));
	assert_non_null(album_draw(&a, &files, "a"));
	assert_int_equal(opened, 5);                    // "a" was there still
	assert_non_null(album_draw(&a, &files, "c"));
	assert_null(a.picture[1].picture.px);           // the oldest
	assert_non_null(a.picture[0].picture.px);
	w = 350;                                        // another size, but not now
	assert_true(album_measure(&a, &files, "a", true, &w, &h));
	assert_int_equal(w, 700);
	w = 350;
	assert_true(album_measure(&a, &files, "a", false, &w, &h));
	assert_int_equal(w, 350), assert_int_equal(h, 350);
	assert_int_equal(album_draw(&a, &files, "a")->width, 350);
	size = 60;                                      // the file is damaged behind its head
	assert_null(album_draw(&a, &files, "b"));
	assert_null(album_draw(&a, &files, "b"));
	assert_int_equal(opened, closed);
	album_clear(&a);
	assert_null(album_draw(&a, &files, "a"));
}

// One that is larger than the album has room for is shown alone.
static void
test_large(void **state)
{
	static struct album a;
	int32_t w = 2000, h;

	(void)state;
	make(1200, 1200, 8, PNG_COLOR_TYPE_GRAY, 0);
	for (int i = 0; i < 2; i++, w = 2000)
		assert_true(album_measure(&a, &files, i == 0 ? "a" : "b", false, &w, &h));
	assert_non_null(album_draw(&a, &files, "a"));
	assert_non_null(album_draw(&a, &files, "b"));
	assert_null(a.picture[0].picture.px);
	for (int i = 2; i < ALBUM_PICTURES; i++, w = 2000) {
		const char name[] = { 'c', (char)('!' + i), '\0' };
		assert_true(album_measure(&a, &files, name, false, &w, &h));
	}
	assert_false(album_measure(&a, &files, "one more", false, &w, &h));
	album_clear(&a);
}

static void
test_damaged(void **state)
{
	struct picture p;
	unsigned seed = 9;
	size_t full;
	unsigned char *copy;

	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		make(40, 30, 8, kind == 2 ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB_ALPHA,
		     kind == 1);
		full = size;
		for (size_t n = 0; n < full - 12; n++) {        // the last chunk says only: end
			copy = malloc(n + 1);
			memcpy(copy, file, n);
			bool good = picture_read(&p, copy, n, 20);
			free(copy);
			assert_true(!good || n > 60);
			picture_free(&p);
		}
		for (int round = 0; round < 4000; round++) {
			copy = malloc(full);
			memcpy(copy, file, full);
			for (int i = 0; i < 3; i++) {
				seed = seed * 1103515245u + 12345u;
				copy[(seed >> 8) % full] = (unsigned char)(seed >> 24);
			}
			picture_read(&p, copy, full, 20);
			picture_free(&p);
			free(copy);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_mean_of_what_is_made_smaller),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_size), cmocka_unit_test(test_album),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
