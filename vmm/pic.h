// SPDX-License-Identifier: MIT
// The guest's interrupt controllers: two 8259A.
#pragma once

#include <stdbool.h>

enum { PIC_IRQS = 16 };

// All lines low, everything masked, and their ports on the bus.
void pic_init(void);

// A line's level.  The controller sees edges or levels as the PC does: 0, 1, 2, 8 and 13 are edges,
// all others are level-triggered (as PCI needs, and harmless for the others that we have).
void pic_set(unsigned irq, bool level);

// The line to be delivered now, or -1; its vector; the processor has taken it.
int pic_pending(void);
unsigned pic_vector(int irq);
void pic_accept(int irq);
