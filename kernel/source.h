// SPDX-License-Identifier: MIT
// Sources of messages that are bound to a thread under a label: gates (what
// others send through), signals (bits) and interrupts.
#pragma once

#include <start/acpi.h>
#include <heap.h>
#include <object.h>

struct thread;

enum { ON_PAGE_FAULT, ON_EXCEPTION, FAULT_KINDS };

struct source {
	struct object obj;
	struct thread *thread;          // NULL: not bound
	uint64_t label;
	struct list bound;              // thread->sources
	struct list pending;            // thread->pending, while it has something for it
	union {
		struct {                // gate
			struct heap senders;            // threads that wait to be received
			struct list faults[FAULT_KINDS];        // of threads whose faults go here
		};
		struct {                // signal, irq
			uint64_t bits;
			struct list on_line;    // irq: all objects of its line
			uint8_t line;
			uint8_t enabled;        // irq: unmasked by its holder
			uint8_t active;         // irq: fired, not unmasked since
		};
	};
};

static inline bool
source_has_message(const struct source *s)
{
	return s->obj.type == OBJ_GATE ? !heap_empty(&s->senders) : s->bits != 0;
}

struct object *source_create(struct factory *payer, enum object_type type);
void source_init(struct source *s, enum object_type type, struct factory *payer);
void source_bind(struct source *s, struct thread *t, uint64_t label);

// Nobody receives from it any more; senders that wait get ERR_GONE.  In
// steps: false when there is more to do.
bool source_unbind(struct source *s, unsigned *steps);
bool source_fini(struct source *s, unsigned *steps);

enum err signal_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);

// Interrupts.  A line has as many objects as share it.
void irq_init(void);
struct object *irq_create(struct factory *payer, unsigned line);
void irq_raised(unsigned line);         // from the interrupt handler; the line is masked
enum err irq_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
