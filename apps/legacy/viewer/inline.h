// SPDX-License-Identifier: MIT
// Text with emphasis, code, links and pictures, becoming runs.
#pragma once

#include "document.h"

// Append runs to the document's last block.  With `pictures`, a picture becomes
// a block of its own and what follows it a copy of the block that was last;
// without, only its words appear.  Takes time linear in n.
void inline_parse(struct document *d, const char *s, size_t n, bool pictures);
