// SPDX-License-Identifier: MIT
// Checks a boot plan independently of the code that made it: bounds, no
// overlapping mappings, W^X, one writer's view of what is shared, unique
// capability indices, no port or interrupt given twice.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <abi/boot.h>
#include <sys/startup.h>
#include "tools/plan_check.h"

enum { PAGE = 4096 };

static const char *
check_tables(const struct plan *p)
{
	static const size_t entry_size[] = {
		sizeof(struct plan_component), sizeof(struct plan_region),
		sizeof(struct plan_mapping),   sizeof(struct plan_gate),
		sizeof(struct plan_signal),    sizeof(struct plan_irq),
		sizeof(struct plan_cap),       sizeof(struct plan_port),
	};
	const struct plan_table *t = &p->components;

	for (size_t i = 0; i < sizeof entry_size / sizeof entry_size[0]; i++)
		if (t[i].offset % 8 != 0 || t[i].offset > p->size ||
		    t[i].count > (p->size - t[i].offset) / entry_size[i])
			return "a table is not inside the plan";
	return NULL;
}

static const char *
check_regions(const struct plan *p)
{
	for (uint32_t i = 0; i < p->regions.count; i++) {
		const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, i);

		if (r->size == 0 || r->size % PAGE != 0 || (r->align != 12 && r->align != 21))
			return "a region has a bad size or alignment";
		if ((r->kind == PLAN_RAM && r->blob_size > r->size) || r->kind > PLAN_REST)
			return "a region is larger than itself, or of no kind";
		if ((r->kind == PLAN_RAM || r->kind == PLAN_BLOB) &&
		    (r->blob > p->size || r->blob_size > p->size - r->blob))
			return "a region's content is not inside the plan";
		if (r->kind == PLAN_ADDRESS && (r->blob >= i || r->size != PAGE ||
		    PLAN_ENTRY(p, regions, plan_region, (uint32_t)r->blob)->kind != PLAN_RAM))
			return "the address of what is no RAM";
		if (r->kind == PLAN_BLOB && (r->blob % PAGE != 0 || r->size > p->size - r->blob))
			return "a shown part of the plan is not on its pages";
	}
	return NULL;
}

// [addr, addr + size) may hold a mapping: not the kernel's pages.
static bool
allowed(uint64_t addr, uint64_t size)
{
	return addr >= PROGRAM_ADDR && addr < UTCB_ADDR && size <= UTCB_ADDR - addr;
}

static const char *
check_mapping(const struct plan *p, uint32_t i)
{
	const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);

	if (m->component >= p->components.count || m->region >= p->regions.count)
		return "a mapping of nothing or for nobody";
	const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, m->region);
	if (m->addr % (1ull << r->align) != 0 && r->align != 12 && m->addr >= REGIONS_ADDR &&
	    m->addr + r->size != STACK_TOP)
		return "a mapping is not aligned as its region";
	if (m->addr % PAGE != 0 || !allowed(m->addr, r->size))
		return "a mapping at a bad address";
	if ((m->rights & MEM_R) == 0 || m->rights > 7 ||
	    (m->rights & (MEM_W | MEM_X)) == (MEM_W | MEM_X))
		return "a mapping both writable and executable, or not readable";
	if ((m->rights & MEM_W) != 0 && (r->kind == PLAN_BLOB || r->kind == PLAN_ROOT_INFO ||
	                                 r->kind == PLAN_ADDRESS))
		return "the plan's own pages are writable";
	if ((m->rights & MEM_X) != 0 && r->kind != PLAN_BLOB)
		return "executable memory that is not a program's code";
	if (m->cache != MEM_KEEP && r->kind != PLAN_FRAMEBUFFER && r->kind != PLAN_DEVICE)
		return "RAM mapped uncached";
	for (uint32_t j = 0; j < i; j++) {
		const struct plan_mapping *o = PLAN_ENTRY(p, mappings, plan_mapping, j);
		uint64_t size = PLAN_ENTRY(p, regions, plan_region, o->region)->size;

		if (o->component == m->component && o->addr < m->addr + r->size &&
		    m->addr < o->addr + size)
			return "two mappings overlap";
	}
	return NULL;
}

static const char *
check_objects(const struct plan *p)
{
	uint32_t n = p->components.count;

	for (uint32_t i = 0; i < p->gates.count; i++) {
		const struct plan_gate *g = PLAN_ENTRY(p, gates, plan_gate, i);

		if (g->parent != 0 ? g->server != PLAN_NOBODY : g->server >= n)
			return "a gate to nobody";
	}
	for (uint32_t i = 0; i < p->signals.count; i++) {
		const struct plan_signal *g = PLAN_ENTRY(p, signals, plan_signal, i);

		if (g->waiter == PLAN_INIT ? g->parent != 0 || g->label >= n :
		    g->waiter >= n && (g->parent == 0 || g->waiter != PLAN_NOBODY))
			return "a signal to nobody";
	}
	for (uint32_t i = 0; i < p->ports.count; i++) {
		const struct plan_port *a = PLAN_ENTRY(p, ports, plan_port, i);

		if (a->component >= n || a->order > 16 || a->first % (1u << a->order) != 0 ||
		    a->first + (1u << a->order) > 0x10000)
			return "a bad port range";
		for (uint32_t j = 0; j < i; j++) {
			const struct plan_port *b = PLAN_ENTRY(p, ports, plan_port, j);
			if (a->first < b->first + (1u << b->order) &&
			    b->first < a->first + (1u << a->order))
				return "a port given twice";
		}
	}
	return NULL;
}

// To something there is, and only to use it.  To rule: who waits for one's own
// signals; and for legacy components, at their places, the own thread, and what
// subsystems are made with, which has no higher priority.
static bool
cap_good(const struct plan *p, const struct plan_cap *c)
{
	const struct plan_component *owner =
		PLAN_ENTRY(p, components, plan_component, c->component);
	bool legacy = (owner->flags & PLAN_COMPONENT_TRUSTED) == 0;

	switch (c->kind) {
	case PLAN_CAP_GATE: return c->rights == CAP_SEND && c->object < p->gates.count;
	case PLAN_CAP_SIGNAL:
		return c->object < p->signals.count &&
		       (c->rights == CAP_SEND || (c->rights == CAP_CTL &&
		        PLAN_ENTRY(p, signals, plan_signal, c->object)->waiter == c->component));
	case PLAN_CAP_LOG: return c->rights == CAP_SEND;
	case PLAN_CAP_THREAD:
		return c->rights == CAP_CTL && c->index == STARTUP_OWN_THREAD && legacy;
	case PLAN_CAP_FACTORY:
		return c->rights == CAP_SEND && c->index == STARTUP_FACTORY && legacy;
	case PLAN_CAP_SCHEDULER:
		return c->rights == CAP_CTL && c->index == STARTUP_SCHEDULER && legacy &&
		       c->object > 0 && c->object < owner->priority;
	default: return false;
	}
}

static bool
at_own_place(const struct plan_cap *c)
{
	return (c->kind == PLAN_CAP_THREAD && c->index == STARTUP_OWN_THREAD) ||
	       (c->kind == PLAN_CAP_FACTORY && c->index == STARTUP_FACTORY) ||
	       (c->kind == PLAN_CAP_SCHEDULER && c->index == STARTUP_SCHEDULER);
}

// Indices of capabilities, interrupts included: unique, in range, to something.
static const char *
check_caps(const struct plan *p)
{
	static unsigned char used[256][CAP_MAX];

	if (p->components.count > 256)
		return "more than 256 components";
	memset(used, 0, sizeof used);
	for (uint32_t i = 0; i < p->caps.count + p->irqs.count; i++) {
		const struct plan_cap *c = PLAN_ENTRY(p, caps, plan_cap, i);
		const struct plan_irq *q = PLAN_ENTRY(p, irqs, plan_irq, i - p->caps.count);
		bool cap = i < p->caps.count;
		uint32_t owner = cap ? c->component : q->component,
			 index = cap ? c->index : q->index;

		if (owner >= p->components.count || (index < 8 && !(cap && at_own_place(c))) ||
		    index >= CAP_MAX || used[owner][index]++ != 0)
			return "a capability index used twice or out of range";
		if (cap && !cap_good(p, c))
			return "a capability to nothing, or with more rights than to use it";
		for (uint32_t j = p->caps.count; !cap && j < i; j++)
			if (PLAN_ENTRY(p, irqs, plan_irq, j - p->caps.count)->line == q->line)
				return "an interrupt given twice";
	}
	return NULL;
}

static const char *
check_component(const struct plan *p, uint32_t i)
{
	const struct plan_component *c = PLAN_ENTRY(p, components, plan_component, i);
	bool entry = false, stack = false, startup = false;
	unsigned ranges = 0;

	if (memchr(c->name, '\0', sizeof c->name) == NULL || c->quota % PAGE != 0 ||
	    c->quota == 0 || c->priority < 1 || c->priority > 254 || c->share > 99)
		return "a component with a bad name, quota, priority or share";
	if (c->symbols % 4 != 0 || c->symbols > p->size || c->symbols_size > p->size - c->symbols)
		return "symbols that are not inside the plan";
	for (uint32_t j = 0; j < p->ports.count; j++)
		ranges += PLAN_ENTRY(p, ports, plan_port, j)->component == i;
	if (ranges > PORT_RANGES_MAX)
		return "a component with too many ranges of ports";
	for (uint32_t j = 0; j < p->mappings.count; j++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, j);
		uint64_t end = m->addr + PLAN_ENTRY(p, regions, plan_region, m->region)->size;

		if (m->component != i)
			continue;
		entry |= (m->rights & MEM_X) != 0 && c->entry >= m->addr && c->entry < end;
		stack |= (m->rights & MEM_W) != 0 && c->stack == end;
		startup |= m->rights == MEM_R && m->addr == STARTUP_ADDR;
		if (m->addr < c->stack + PAGE && c->stack < end)
			return "no guard page above a stack";
	}
	return entry && stack && startup ? NULL : "a component without code, stack or startup page";
}

const char *
plan_check(const struct plan *p, uint64_t size)
{
	return plan_check_in(p, size, NULL, 0);
}

const char *
plan_check_in(const struct plan *p, uint64_t size, const struct plan *parent, uint32_t component)
{
	const char *why;

	if (size < sizeof *p || p->magic != PLAN_MAGIC || p->version != PLAN_VERSION ||
	    p->size != size)
		return "not a plan, or of another size";
	why = check_tables(p);
	if (why == NULL)
		why = check_regions(p);
	for (uint32_t i = 0; why == NULL && i < p->mappings.count; i++)
		why = check_mapping(p, i);
	if (why == NULL)
		why = check_objects(p);
	if (why == NULL)
		why = check_caps(p);
	for (uint32_t i = 0; why == NULL && i < p->components.count; i++)
		why = check_component(p, i);
	if (why == NULL)
		why = plan_check_bounds(p, parent, component);
	for (uint32_t i = 0; why == NULL && i < p->components.count; i++)
		why = plan_check_subsystems(p, i);
	return why;
}
