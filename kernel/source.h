// SPDX-License-Identifier: MIT
// Sources of messages that are bound to a thread under a label: gates (what
// others send through), signals (bits) and interrupts.
#pragma once

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

// Not bound; gate, signal and irq add what is theirs.  NULL: no memory.
struct source *source_create(struct factory *payer, enum object_type type);

void source_bind(struct source *s, struct thread *t, uint64_t label);

// Nobody receives from it any more; senders that wait get ERR_GONE.  In
// steps: false when there is more to do.
bool source_unbind(struct source *s, unsigned *steps);
bool source_fini(struct object *o, unsigned *steps);

// Signals end by source_fini.  Not in a signal.h: on the host that is the C library's.
struct object *signal_create(struct factory *payer, uint64_t arg);
enum err signal_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op);
