// SPDX-License-Identifier: MIT
// The fonts that the build generates (tools/mkatlas.mk); a program links those
// it names.  Covered: ASCII, Latin-1, Latin Extended-A, Greek, Cyrillic, general
// punctuation, currency, arrows; font_mono, for the text of messages, also more
// of Latin, mathematical operators, box drawing and symbols.
#pragma once

#include <draw/font.h>

extern const struct font font_ui;       // DejaVu Sans 13 px
extern const struct font font_bold;     // DejaVu Sans Bold 13 px
extern const struct font font_head;     // DejaVu Sans Bold 16 px
extern const struct font font_mono;     // DejaVu Sans Mono 13 px, cell of 8 x 17
