// SPDX-License-Identifier: MIT
// See picture.h.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "picture.h"

enum { REFERENCES_MAX = 1 << 14 };

static char references[REFERENCES_MAX];
static const char *path;
static FILE *renewed;           // NULL: only compare
static unsigned lines;

void
picture_begin(const char *file)
{
	const char *mode = getenv("PICTURES");
	bool renew = mode != NULL && strcmp(mode, "renew") == 0;
	FILE *f = fopen(file, "r");

	path = file;
	references[0] = '\n';
	assert_true(f != NULL || renew);
	if (f != NULL) {
		size_t n = fread(references + 1, 1, sizeof references - 2, f);

		assert_true(n < sizeof references - 2);
		fclose(f);
	}
	if (renew) {
		renewed = fopen(file, "w");
		assert_non_null(renewed);
	}
}

void
picture_end(void)
{
	unsigned there = 0;

	if (renewed != NULL) {
		fclose(renewed);
		fail_msg("%s is new: look at its difference, then run the test again", path);
	}
	for (const char *p = references + 1; *p != '\0'; p++)
		there += *p == '\n';
	assert_int_equal(lines, there);
}

static uint64_t
hash(const struct canvas *c)
{
	uint64_t h = 0xcbf29ce484222325, prime = 0x100000001b3;

	for (int32_t y = 0; y < c->height; y++)
		for (int32_t x = 0; x < c->width; x++)
			for (unsigned shift = 0; shift < 24; shift += 8)
				h = (h ^ (c->px[y * c->stride + x] >> shift & 0xff)) * prime;
	return h;
}

static void
show(const struct canvas *c, const char *name)
{
	char file[128];

	snprintf(file, sizeof file, "build/unit/%s.ppm", name);
	FILE *f = fopen(file, "w");
	if (f == NULL)
		return;
	fprintf(f, "P6 %d %d 255\n", c->width, c->height);
	for (int32_t y = 0; y < c->height; y++)
		for (int32_t x = 0; x < c->width; x++)
			for (int shift = 16; shift >= 0; shift -= 8)
				putc((int)(c->px[y * c->stride + x] >> shift & 0xff), f);
	fclose(f);
}

void
picture_check(const struct canvas *c, const char *name)
{
	char line[128];

	snprintf(line, sizeof line, "\n%s %016llx\n", name, (unsigned long long)hash(c));
	lines++;
	bool same = strstr(references, line) != NULL;

	if (renewed != NULL)
		fputs(line + 1, renewed);
	if (!same)
		show(c, name);
	if (!same && renewed == NULL)
		fail_msg("%s does not look as %s has it: see build/unit/%s.ppm.  If it is meant "
		         "to, do as tests/unit/picture.h says", name, path, name);
}
