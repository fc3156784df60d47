// SPDX-License-Identifier: MIT
// Where everything of a document lies on a page of a given width.  Needs to know
// only how wide text is; draws nothing.
#pragma once

#include "document.h"

// A font of the page: what runs and headings become.
struct font_id { uint8_t face, size; bool oblique; };
enum font_face { FACE_TEXT, FACE_BOLD, FACE_MONO, FACES };

// Pixels that UTF-8 text takes.  Given by the side that has the fonts.
struct metrics {
	int32_t (*width)(void *self, struct font_id font, const char *text, size_t n);
	// A picture's place on the page for a file name of the document, not wider than
	// *w; false: there is no such picture.
	bool (*picture)(void *self, const char *name, size_t n, int32_t *w, int32_t *h);
	void *self;
};

enum piece_kind {
	PIECE_TEXT,             // baseline at y
	PIECE_BOX,              // filled with colour; x y w h
	PIECE_PICTURE,          // links[link] of the document
};

struct piece {
	uint8_t  kind;
	struct font_id font;
	bool     code;          // on a ground of its own
	int32_t  x, y, w, h;    // text: y is the top of its line, h its height
	int32_t  baseline;      // below y
	uint32_t colour;
	const char *text;       // in the document
	uint32_t length;
	uint32_t link;          // 0: none
};

struct layout {
	struct piece *piece;
	uint32_t pieces, room;
	int32_t  width, height;
	bool     failed;        // out of memory: the page is not whole
};

enum { LAYOUT_MARGIN = 28, LAYOUT_WIDTH_MIN = 160, LAYOUT_HEIGHT_MAX = 1 << 28 };

// Replaces what is in *l, which is zeroed the first time.
void layout_make(struct layout *l, const struct document *d, const struct metrics *m,
                 int32_t width);
void layout_fini(struct layout *l);
