// SPDX-License-Identifier: MIT
// Rows come from libpng one after the other; each pixel's colour is added to
// that of the smaller picture it falls into, and divided when a row is full.

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>
#include "picture.h"

enum { CHUNK_MAX = 1 << 20, PARTS = 4 };        // red, green, blue, how many

struct source { const unsigned char *at; size_t left; };

// What one decoding holds; freed by decode_and_clean whatever happened.
struct decoder {
	png_structp png;
	png_infop   info;
	struct source source;
	struct picture *p;
	int32_t  width, height;         // of the file
	unsigned char *rows;            // one row, or all of an interlaced picture
	uint32_t *sums;                 // PARTS for each pixel of a row of *p
};

static void
take_bytes(png_structp png, png_bytep to, size_t n)
{
	struct source *s = png_get_io_ptr(png);

	if (n > s->left)
		png_error(png, "short");
	memcpy(to, s->at, n);
	s->at += n, s->left -= n;
}

static _Noreturn void
fail(png_structp png, png_const_charp why)
{
	(void)why;
	longjmp(*(jmp_buf *)png_get_error_ptr(png), 1);
}

static void
ignore(png_structp png, png_const_charp why)
{
	(void)png, (void)why;
}

// Its size, in the file and when shown.
static bool
read_head(struct decoder *d, int32_t width_max)
{
	png_set_read_fn(d->png, &d->source, take_bytes);
	png_set_user_limits(d->png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
	png_set_chunk_malloc_max(d->png, CHUNK_MAX);
	png_read_info(d->png, d->info);
	d->width = (int32_t)png_get_image_width(d->png, d->info);
	d->height = (int32_t)png_get_image_height(d->png, d->info);
	if (width_max < 1 || (png_get_interlace_type(d->png, d->info) != PNG_INTERLACE_NONE &&
	                      (int64_t)d->width * d->height > PICTURE_INTERLACED_MAX))
		return false;

	struct picture *p = d->p;
	p->width = d->width < width_max ? d->width : width_max;
	p->height = (int32_t)((int64_t)d->height * p->width / d->width);
	p->height = p->height > 0 ? p->height : 1;
	return true;
}

// Memory for its pixels; and all rows, if it is interlaced.
static bool
open_picture(struct decoder *d)
{
	struct picture *p = d->p;

	png_set_expand(d->png);
	png_set_strip_16(d->png);
	png_set_gray_to_rgb(d->png);
	png_set_filler(d->png, 0xff, PNG_FILLER_AFTER);
	int passes = png_set_interlace_handling(d->png);
	png_read_update_info(d->png, d->info);
	size_t row = (size_t)d->width * 4, rows = passes > 1 ? (size_t)d->height : 1;
	if (png_get_rowbytes(d->png, d->info) != row)
		return false;
	p->px = calloc((size_t)p->width * (size_t)p->height, sizeof *p->px);
	d->rows = calloc(rows, row);
	d->sums = calloc((size_t)p->width * PARTS, sizeof *d->sums);
	if (p->px == NULL || d->rows == NULL || d->sums == NULL)
		return false;
	if (passes > 1) {
		for (int pass = 0; pass < passes; pass++)
			for (size_t y = 0; y < rows; y++)
				png_read_row(d->png, d->rows + y * row, NULL);
	}
	d->source.left = passes > 1 ? 0 : d->source.left;
	return true;
}

static void
add_row(struct decoder *d, const unsigned char *row)
{
	int32_t width = d->p->width;

	for (int32_t x = 0; x < d->width; x++) {
		uint32_t *sum = d->sums + (ptrdiff_t)((int64_t)x * width / d->width) * PARTS;
		uint32_t alpha = row[4 * x + 3];

		for (int i = 0; i < 3; i++)
			sum[i] += alpha == 255 ? row[4 * x + i] :
				(row[4 * x + i] * alpha + 255 * (255 - alpha)) / 255;
		sum[3]++;
	}
}

static void
finish_row(struct decoder *d, int32_t y)
{
	struct picture *p = d->p;

	for (int32_t x = 0; x < p->width; x++) {
		uint32_t *sum = d->sums + (ptrdiff_t)x * PARTS, n = sum[3] > 0 ? sum[3] : 1;

		p->px[(ptrdiff_t)y * p->width + x] =
			sum[0] / n << 16 | sum[1] / n << 8 | sum[2] / n;
	}
	memset(d->sums, 0, (size_t)p->width * PARTS * sizeof *d->sums);
}

static void
read_rows(struct decoder *d, bool whole)
{
	size_t row = (size_t)d->width * 4;

	for (int32_t y = 0; y < d->height; y++) {
		int64_t to = (int64_t)y * d->p->height / d->height;
		int64_t next = ((int64_t)y + 1) * d->p->height / d->height;

		if (!whole)
			png_read_row(d->png, d->rows, NULL);
		add_row(d, whole ? d->rows + (size_t)y * row : d->rows);
		if (next > to)
			finish_row(d, (int32_t)to);
	}
}

// In a function of its own: nothing that changes after setjmp lives in its frame.
static bool
decode(struct decoder *d, int32_t width_max, bool head)
{
	jmp_buf broken;

	d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &broken, fail, ignore);
	if (d->png == NULL || setjmp(broken) != 0)
		return false;
	d->info = png_create_info_struct(d->png);
	if (d->info == NULL || !read_head(d, width_max) || (!head && !open_picture(d)))
		return false;
	if (head)
		return true;
	read_rows(d, png_get_interlace_type(d->png, d->info) != PNG_INTERLACE_NONE);
	return true;
}

static bool
decode_and_clean(struct picture *p, struct source source, int32_t width_max, bool head)
{
	struct decoder d = { .p = p, .source = source };

	*p = (struct picture){ 0 };
	bool good = decode(&d, width_max, head);
	if (d.png != NULL)
		png_destroy_read_struct(&d.png, d.info != NULL ? &d.info : NULL, NULL);
	free(d.rows), free(d.sums);
	if (!good)
		picture_free(p);
	return good;
}

bool
picture_read(struct picture *p, const void *bytes, size_t size, int32_t width_max)
{
	return decode_and_clean(p, (struct source){ bytes, size }, width_max, false);
}

bool
picture_size(const void *bytes, size_t size, int32_t width_max, int32_t *width, int32_t *height)
{
	struct picture p;
	bool good = decode_and_clean(&p, (struct source){ bytes, size }, width_max, true);

	*width = p.width, *height = p.height;
	return good;
}

void
picture_free(struct picture *p)
{
	free(p->px);
	*p = (struct picture){ 0 };
}
