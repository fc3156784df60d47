// SPDX-License-Identifier: MIT
// PNG pictures, made smaller while they are read: memory is needed only for what
// is shown.  The bytes are hostile; libpng does the reading.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PICTURE_SIDE_MAX = 4096, PICTURE_INTERLACED_MAX = 1 << 20 };      // pixels

struct picture {
	uint32_t *px;                   // XRGB8888, width * height, on white
	int32_t   width, height;
};

// Size it will have, from its head; the rest may be damaged.
bool picture_size(const void *bytes, size_t size, int32_t width_max, int32_t *width,
                  int32_t *height);

// At most `width_max` wide, never larger than it is.  False: no picture, larger
// than the limits, or no memory.  picture_free afterwards.
bool picture_read(struct picture *p, const void *bytes, size_t size, int32_t width_max);
void picture_free(struct picture *p);
