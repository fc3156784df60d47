// SPDX-License-Identifier: MIT
// Reads pictures when they are needed, and forgets them.

#include <string.h>
#include "album.h"

static struct album_picture *
find(struct album *a, const char *path)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (strcmp(a->picture[i].path, path) == 0)
			return &a->picture[i];
	return NULL;
}

static bool
measure(struct album_picture *p, const struct album_files *files, int32_t width_max)
{
	struct bytes b;

	if (!files->open(p->path, &b))
		return false;
	bool good = picture_size(b.at, b.size, width_max, &p->width, &p->height);
	files->close(b);
	return good;
}

bool
album_measure(struct album *a, const struct album_files *files, const char *path, bool hasty,
              int32_t *w, int32_t *h)
{
	struct album_picture *p = find(a, path);

	if (p == NULL) {
		if (a->count == ALBUM_PICTURES || strlen(path) >= sizeof p->path)
			return false;
		p = &a->picture[a->count++];
		*p = (struct album_picture){ .width_max = -1 };
		strcpy(p->path, path);
	}
	if (p->width_max != *w && (p->width_max < 0 || !hasty)) {
		picture_free(&p->picture);
		p->width_max = *w;
		p->bad = !measure(p, files, *w);
	}
	*w = p->width, *h = p->height;
	return !p->bad;
}

static uint64_t
pixels(const struct picture *p)
{
	return (uint64_t)p->width * (uint64_t)p->height;        // 0 if it is not decoded
}

// Lets go what was not drawn for longest until there is room for `need` pixels, or
// nothing is left.
static void
make_room(struct album *a, uint64_t need)
{
	for (;;) {
		struct album_picture *oldest = NULL;
		uint64_t sum = 0;

		for (uint32_t i = 0; i < a->count; i++) {
			struct album_picture *p = &a->picture[i];

			sum += pixels(&p->picture);
			if (p->picture.px != NULL && (oldest == NULL || p->drawn < oldest->drawn))
				oldest = p;
		}
		if (oldest == NULL || sum + need <= ALBUM_PIXELS)
			return;
		picture_free(&oldest->picture);
	}
}

const struct picture *
album_draw(struct album *a, const struct album_files *files, const char *path)
{
	struct album_picture *p = find(a, path);
	struct bytes b;

	if (p == NULL || p->bad)
		return NULL;
	p->drawn = ++a->clock;
	if (p->picture.px == NULL && files->open(p->path, &b)) {
		make_room(a, (uint64_t)p->width * (uint64_t)p->height);
		(void)picture_read(&p->picture, b.at, b.size, p->width_max);
		files->close(b);
	}
	p->bad = p->picture.px == NULL;
	return p->bad ? NULL : &p->picture;
}

void
album_clear(struct album *a)
{
	for (uint32_t i = 0; i < a->count; i++)
		picture_free(&a->picture[i].picture);
	a->count = 0;
}
