// SPDX-License-Identifier: MIT
// The part of Markdown that documents like ours use (CommonMark 0.31 without
// HTML, reference links and nested quotes; tables as GitHub has them).  Any bytes
// are a document: what is no mark-up is text.
#pragma once

#include "document.h"

enum { MARKDOWN_MAX = 1 << 18 };        // bytes; the rest is left out

// Fills an initialised document, in time linear in n.  False when memory ran out.
bool markdown_parse(struct document *d, const char *s, size_t n);
