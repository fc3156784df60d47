// SPDX-License-Identifier: MIT
// Irq: a source that a device's interrupt raises.
#pragma once

#include <source.h>

void irq_init(void);
struct object *irq_create(struct factory *payer, unsigned line);
bool irq_fini(struct object *o, unsigned *steps);       // false: more to do
void irq_raised(unsigned line);         // from the interrupt handler; the line is masked
enum err irq_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
