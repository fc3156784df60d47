// SPDX-License-Identifier: MIT
// The two 8259A interrupt controllers: lines 0..15; there are no others.
#pragma once

#include <stdbool.h>

void pic_init(void);
void pic_mask(unsigned line);
void pic_unmask(unsigned line);

// A line fired: mask and acknowledge it; false: it was spurious.
bool pic_accept(unsigned line);
