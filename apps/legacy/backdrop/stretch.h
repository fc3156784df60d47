// SPDX-License-Identifier: MIT
// A picture in another size.
#pragma once

#include <draw/draw.h>

// The largest part of w x h pixels, in its middle and of its proportions, that has
// no more than `pixels`.
struct rect stretch_room(int32_t w, int32_t h, uint64_t pixels);

// Covers all of the canvas with the picture of w x h pixels, corner on corner,
// colours interpolated linearly.  w and h from 1 to 4096, canvas up to 8192.
void stretch(const struct canvas *c, const uint32_t *px, int32_t w, int32_t h);
