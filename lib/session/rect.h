// SPDX-License-Identifier: MIT
// A rectangle of pixels: half-open, may lie anywhere, empty when w or h <= 0.
#pragma once

#include <stdint.h>

struct rect { int32_t x, y, w, h; };
