// SPDX-License-Identifier: MIT
// A document: blocks of text runs, as they follow each other on the page.  The
// parsers fill it (markdown.c, inline.c), the layout reads it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STYLE_BOLD = 1, STYLE_ITALIC = 2, STYLE_CODE = 4 };

enum block_kind {
	BLOCK_TEXT,
	BLOCK_HEADING,          // level 1..6
	BLOCK_CODE,             // lines as they are, each ended by '\n'
	BLOCK_RULE,
	BLOCK_PICTURE,          // the runs are what to say instead; links[link] is the file
	BLOCK_CELL,             // of a table: column of columns; the first row is the head
};

enum { DEPTH_MAX = 6, COLUMNS_MAX = 12 };

struct span { uint32_t start, length; };

struct block {
	uint8_t  kind;          // enum block_kind
	uint8_t  level;
	uint8_t  depth;         // of lists around it, 0..DEPTH_MAX
	bool     quote;
	bool     head;          // cell of a table's first row
	uint8_t  column, columns;
	struct span mark;       // in text: what stands before a list item; empty: nothing
	uint32_t first, runs;   // runs[first .. first + runs)
	uint32_t link;          // pictures
};

struct run {
	uint32_t start, length; // in text; '\n' breaks the line
	uint16_t style;
	uint16_t reserved;
	uint32_t link;          // number of a link, 0: none
};

// Arrays grow by doubling; `failed` says that memory ran out, and the document
// is not whole.
struct document {
	char         *text;
	struct block *block;
	struct run   *run;
	struct span  *link;     // targets, in text; link[0] is unused
	uint32_t texts, text_room, blocks, block_room, runs, run_room, links, link_room;
	bool failed;
};

void document_init(struct document *d);
void document_fini(struct document *d);

// Append; a failure only sets `failed`.
void document_text(struct document *d, const char *s, size_t n);
struct block *document_block(struct document *d, enum block_kind kind);
// The text from `start` on becomes a run of the last block.
void document_run(struct document *d, uint32_t start, unsigned style, uint32_t link);
// Number of the new link; 0 if there is no memory.
uint32_t document_link(struct document *d, const char *target, size_t n);
