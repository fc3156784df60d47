// SPDX-License-Identifier: MIT
// A text cut into rows of a given width: where each row begins.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { PREVIEW_ROWS = 8192, PREVIEW_TAB = 8 };

struct preview {
	const char *text;
	uint32_t    rows;
	uint32_t    row[PREVIEW_ROWS + 1];      // offset of each row and of the end
};

// Wraps at spaces if there are any.  Text beyond PREVIEW_ROWS rows, or beyond
// 4 GiB, is left out.
void preview_wrap(struct preview *p, const char *text, size_t len, uint32_t columns);

// Bytes of row i without its line end.  i < p->rows.
size_t preview_row_len(const struct preview *p, uint32_t i);
