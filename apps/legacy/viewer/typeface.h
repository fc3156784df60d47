// SPDX-License-Identifier: MIT
// Fonts at run time: FreeType renders the glyphs of the boot modules
// font/*.ttf when they are first needed.
#pragma once

#include <draw/draw.h>
#include "layout.h"

// Opens the three fonts; false: one is missing or broken.
bool typeface_open(void);

// For struct metrics; `self` is not used.
int32_t typeface_width(void *self, struct font_id font, const char *text, size_t n);

// UTF-8 text with its baseline at y.  Clipped to the canvas.
void typeface_draw(const struct canvas *c, int32_t x, int32_t y, struct font_id font,
                   const char *text, size_t n, uint32_t colour);
