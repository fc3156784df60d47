// SPDX-License-Identifier: MIT
#pragma once

#include "note.h"

// All of the window, on a canvas of NOTE_WIDTH x NOTE_HEIGHT.
void note_draw(const struct canvas *c, const struct note *n);
