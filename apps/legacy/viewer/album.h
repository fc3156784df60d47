// SPDX-License-Identifier: MIT
// The pictures of a page.  Sizes come from the files' heads; a picture is decoded
// when it is to be drawn; while there are more pixels than ALBUM_PIXELS, another one
// goes, first what was not drawn for longest.
#pragma once

#include "path.h"
#include "picture.h"

enum { ALBUM_PICTURES = 64, ALBUM_PIXELS = 1 << 20 };

struct bytes { const void *at; size_t size; };

// Where pictures are.  close is called after each open that returned true.
struct album_files {
	bool (*open)(const char *path, struct bytes *b);
	void (*close)(struct bytes b);
};

struct album_picture {
	char path[PATH_SIZE];
	int32_t width_max, width, height;       // size on the page
	bool bad;                       // cannot be shown
	uint64_t drawn;                 // clock, then
	struct picture picture;         // px NULL: not decoded
};

// Zeroed the first time.
struct album {
	struct album_picture picture[ALBUM_PICTURES];
	uint32_t count;
	uint64_t clock;
};

// Size of a picture that is at most *w wide.  With `hasty` one whose size is known
// keeps it.  False: there is no such picture, or no room for one more.
bool album_measure(struct album *a, const struct album_files *files, const char *path, bool hasty,
                   int32_t *w, int32_t *h);

// The picture, in the size last measured; NULL if it was not, or cannot be shown.
// Valid until the next call.
const struct picture *album_draw(struct album *a, const struct album_files *files,
                                 const char *path);

// No pictures.
void album_clear(struct album *a);
