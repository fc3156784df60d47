// SPDX-License-Identifier: MIT
// Does a window still look as it did?  For windows drawn with the fonts of toy_font.c, so
// that a picture follows from our own sources alone, on each machine the same.
//
// A file of references has a line for each picture: its name and a hash of its pixels
// (FNV-1a, 64 bits).  When a window is meant to look different, PICTURES=renew in front of
// build/unit/NAME_test writes the file anew; this run fails, so that nobody renews without
// knowing, and leaves each picture that changed in build/unit to look at.
#pragma once

#include <draw/draw.h>

// All pictures of one test, between these two.  `file`: path of the references.
void picture_begin(const char *file);
void picture_end(void);         // fails if a picture of the file has not been drawn

// Fails if the canvas is not what the file has under this name, a word without spaces;
// build/unit/NAME.ppm then shows what was drawn.
void picture_check(const struct canvas *c, const char *name);
