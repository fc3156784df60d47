// SPDX-License-Identifier: MIT
// Which ways through the kernel were taken: gcc's -fsanitize-coverage=trace-pc
// calls into here at each block of the kernel's code.
#pragma once

#include <stdbool.h>

void cover_start(void);         // of a program
bool cover_end(void);           // true: it took a way, or took one as often, as none before
unsigned cover_edges(void);     // pairs of blocks seen, so far
unsigned cover_blocks(void);    // blocks seen, and how many there are
unsigned cover_blocks_all(void);
void cover_print_missed(void);  // addresses of the others, one a line
