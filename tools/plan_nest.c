// SPDX-License-Identifier: MIT
// Plans in plans: a subsystem's sessions with servers of its parent, and the plans
// of a component's subsystems, which are boot modules of it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/plan_parts.h"

// The parent's capabilities and memory, by the numbers that they have there.
void
plan_connect_parent(struct build *b, unsigned c, unsigned index)
{
	const struct use *u = &b->s->components[c].uses[index];
	const struct startup_use *from =
		(const struct startup_use *)(void *)b->parent->uses.data + u->server;
	cap_t wait = ((const cap_t *)(void *)b->parent->waits.data)[u->server], none = 0;
	struct startup_use use = *from;
	struct plan_gate gate = { PLAN_NOBODY, from->gate, 0 };

	memset(use.name, 0, sizeof use.name);
	snprintf(use.name, sizeof use.name, "%s", u->name);
	use.label = index + 1;
	use.gate = plan_give(b, c, PLAN_CAP_GATE, plan_add(b, GATES, &gate));
	if (from->signal != 0)
		use.signal = plan_give(b, c, PLAN_CAP_SIGNAL,
		                       plan_add(b, SIGNALS, &(struct plan_signal){
			                       PLAN_NOBODY, from->signal, 0 }));
	if (wait != 0)
		plan_add(b, SIGNALS, &(struct plan_signal){ c, wait, use.label });
	if (from->shared != 0)
		use.shared = plan_map(b, c, plan_add_region(b, PLAN_PARENT, from->shared_size,
		                                            from->shared, 0), MEM_RW, MEM_KEEP);
	plan_append(&b->space[c].uses, &use, sizeof use);
	plan_append(&b->space[c].waits, &none, sizeof none);
}

static bool
lay_subsystem(struct build *b, unsigned c, struct scenario *sub)
{
	const struct component *k = &b->s->components[c];
	struct plan_input in = *b->in;
	struct bytes plan;

	in.scenario = sub;
	in.build = NULL;
	if (!plan_build_in(&in, &b->space[c], &plan)) {
		free(plan.data);
		memcpy(b->s->error, sub->error, sizeof b->s->error);
		return false;
	}
	uint64_t needs = ((const struct plan *)(void *)plan.data)->memory;
	uint64_t quota = ((const struct plan *)(void *)plan.data)->quota;
	uint64_t blob = plan_add_blob(b, plan.data, plan.size);
	uint32_t region = plan_add_region(b, PLAN_BLOB, plan.size, blob, plan.size);
	struct startup_memory m = { .kind = MEMORY_PLAN, .size = plan.size };

	free(plan.data);
	if (needs > k->heap || quota > k->quota)
		return scenario_error(b->s, k->at, "%s needs %lluK of memory and %lluK of kernel "
		                      "memory, more than %s has", sub->name,
		                      (unsigned long long)needs >> 10,
		                      (unsigned long long)quota >> 10, k->name);
	// executable, so that its programs may be
	m.addr = plan_map(b, c, region, MEM_RX, MEM_KEEP);
	plan_tell_memory(b, c, &m, sub->name);
	return true;
}

bool
plan_lay_subsystems(struct build *b, unsigned c)
{
	const struct component *k = &b->s->components[c];

	for (unsigned i = 0; i < k->subsystem_count; i++)
		if (!lay_subsystem(b, c, &k->subsystems[i]))
			return false;
	if (k->subsystem_count > 0 && b->space[c].next_cap > PLAN_CAPS_FIRST)
		return scenario_error(b->s, k->at, "the subsystems of %s have more sessions than "
		                      "it can relay", k->name);
	return true;
}
