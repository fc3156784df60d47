// SPDX-License-Identifier: MIT
// Checks that a subsystem's plan stays within what its parent has: capabilities,
// memory, priority, and no devices.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <abi/msg.h>
#include <sys/startup_memory.h>
#include "tools/plan_check.h"

static const struct plan_cap *
cap_at(const struct plan *p, uint32_t component, uint32_t index)
{
	for (uint32_t i = 0; i < p->caps.count; i++) {
		const struct plan_cap *c = PLAN_ENTRY(p, caps, plan_cap, i);

		if (c->component == component && c->index == index)
			return c;
	}
	return NULL;
}

static bool
has(const struct plan *p, uint32_t component, uint32_t index, uint32_t kind, uint32_t rights)
{
	const struct plan_cap *c = cap_at(p, component, index);

	return c != NULL && c->kind == kind && c->rights == rights;
}

// Memory that the parent shares with a server: writable, and not the plan's.
static bool
has_memory(const struct plan *p, uint32_t component, const struct plan_region *want)
{
	for (uint32_t i = 0; i < p->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);
		const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, m->region);

		if (m->component == component && m->rights == MEM_RW && m->addr == want->blob &&
		    r->size == want->size && (r->kind == PLAN_RAM || r->kind == PLAN_PARENT))
			return true;
	}
	return false;
}

static const char *
check_objects(const struct plan *p, const struct plan *parent, uint32_t component)
{
	for (uint32_t i = 0; i < p->gates.count; i++) {
		const struct plan_gate *g = PLAN_ENTRY(p, gates, plan_gate, i);

		if (g->parent != 0 && (parent == NULL ||
		                       !has(parent, component, g->parent, PLAN_CAP_GATE, CAP_SEND)))
			return "a gate that the parent does not have";
	}
	for (uint32_t i = 0; i < p->signals.count; i++) {
		const struct plan_signal *g = PLAN_ENTRY(p, signals, plan_signal, i);

		if (g->parent != 0 && (parent == NULL ||
		                       !has(parent, component, g->parent, PLAN_CAP_SIGNAL,
		                            g->waiter == PLAN_NOBODY ? CAP_SEND : CAP_CTL)))
			return "a signal that the parent does not have";
	}
	return NULL;
}

const char *
plan_check_bounds(const struct plan *p, const struct plan *parent, uint32_t component)
{
	uint64_t memory = 0;

	for (uint32_t i = 0; i < p->regions.count; i++) {
		const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, i);
		bool nested = r->kind == PLAN_PARENT || r->kind == PLAN_REST;
		bool any = r->kind == PLAN_RAM || r->kind == PLAN_BLOB;

		if (parent == NULL ? nested : !nested && !any)
			return "memory that only a subsystem or only the root task has";
		if (r->kind == PLAN_PARENT && !has_memory(parent, component, r))
			return "memory that the parent does not have";
		memory += r->kind == PLAN_RAM || r->kind == PLAN_REST ? r->size : 0;
	}
	if (parent != NULL && (p->irqs.count > 0 || p->ports.count > 0 || p->memory != memory))
		return "a subsystem with devices, or with other memory than it says";
	for (uint32_t i = 0; parent != NULL && i < p->components.count; i++) {
		const struct plan_component *c = PLAN_ENTRY(p, components, plan_component, i);

		if (c->priority >=
		    PLAN_ENTRY(parent, components, plan_component, component)->priority)
			return "a component above the priority of its parent";
		if ((c->flags & PLAN_COMPONENT_COUNTER) != 0)
			return "a subsystem that may read the time-stamp counter";
	}
	return check_objects(p, parent, component);
}

// The region that a component sees at an address.
static const struct plan_region *
region_at(const struct plan *p, uint32_t component, uint64_t addr)
{
	for (uint32_t i = 0; i < p->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);

		if (m->component == component && m->addr == addr)
			return PLAN_ENTRY(p, regions, plan_region, m->region);
	}
	return NULL;
}

const struct plan *
plan_subsystem(const struct plan *p, uint32_t component, uint32_t n)
{
	const struct plan_region *page = region_at(p, component, STARTUP_ADDR);
	const struct startup *st = (const void *)((const char *)p + page->blob);
	const struct startup_memory *m = (const void *)((const char *)st + st->memories);

	for (uint32_t i = 0; i < st->memory_count; i++)
		if (m[i].kind == MEMORY_PLAN && n-- == 0)
			return (const void *)((const char *)p +
			                      region_at(p, component, m[i].addr)->blob);
	return NULL;
}

const char *
plan_check_subsystems(const struct plan *p, uint32_t component)
{
	const struct plan_region *page = region_at(p, component, STARTUP_ADDR);

	if (page == NULL || page->kind != PLAN_BLOB || page->size < sizeof(struct startup))
		return "a component without a startup page";
	const struct startup *st = (const void *)((const char *)p + page->blob);
	const struct startup_memory *m = (const void *)((const char *)st + st->memories);

	if (st->memories % 8 != 0 || st->memories > page->size ||
	    st->memory_count > (page->size - st->memories) / sizeof *m)
		return "a startup page whose tables are not in it";
	for (uint32_t i = 0; i < st->memory_count; i++) {
		const struct plan_region *r = region_at(p, component, m[i].addr);
		const char *why = NULL;

		if (m[i].kind != MEMORY_PLAN)
			continue;
		if (r == NULL || r->kind != PLAN_BLOB || m[i].size > r->size)
			return "a subsystem without a plan";
		why = plan_check_in((const void *)((const char *)p + r->blob), m[i].size, p,
		                    component);
		if (why != NULL)
			return why;
	}
	return NULL;
}
