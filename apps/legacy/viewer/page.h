// SPDX-License-Identifier: MIT
// The document that is shown: read from its file, laid out, with its pictures.
#pragma once

#include "album.h"
#include "document.h"
#include "layout.h"
#include "path.h"

struct page {
	char path[PATH_SIZE];
	struct document document;
	struct layout layout;
	struct album album;
	bool hasty;             // pictures that are there stay as they are: the width still changes
};

// Replaces the page.  False if there is no such document: then nothing changes.
bool page_open(struct page *p, const char *path);
// The same with a text that is no file.
bool page_set(struct page *p, const char *path, const char *text, size_t size);

void page_lay(struct page *p, int32_t width);

// Where the heading with this name begins on the page (as GitHub names them:
// lower case, '-' for spaces, no punctuation); 0 if there is none.
int32_t page_anchor(const struct page *p, const char *name, size_t n);

// For struct ui_look.
const struct picture *page_picture(void *page, uint32_t link);

// The words of the first heading, cut to fit; the name if there is none.
void page_title(const struct page *p, char *to, size_t size);
