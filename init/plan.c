// SPDX-License-Identifier: MIT
// The plan's tables, one function each.  Everything but a component's thread is
// made once: a component that is started again gets a new thread in the same
// task, so that what others have from it (capabilities, memory) stays valid.
#include <console.h>
#include <memory.h>
#include <init_plan.h>
#include <string.h>
#include <sys/root.h>

// init's own capability indices: four for each component, then gates and signals.
enum { FACTORY, TASK, THREAD, GATE, PER_COMPONENT };

enum { RESTART_MIN_MS = 10 };   // a component that faults sooner stays stopped

static uint64_t region_addr[REGIONS_MAX], region_size[REGIONS_MAX];
static uint64_t started[COMPONENTS_MAX];        // TSC

static cap_t
own(uint32_t component, unsigned what)
{
	return ROOT_FREE + component * PER_COMPONENT + what;
}

static cap_t
gate_cap(const struct plan *p, uint32_t i)
{
	return own(p->components.count, 0) + i;
}

static cap_t
signal_cap(const struct plan *p, uint32_t i)
{
	return gate_cap(p, p->gates.count) + i;
}

static void
must(enum err e, const char *what)
{
	if (e != OK)
		console_fail(what);
}

static void
make_task(const struct plan_component *c, uint32_t i)
{
	must(factory_create(ROOT_FACTORY, OBJ_FACTORY, own(i, FACTORY), c->quota), c->name);
	must(factory_create(own(i, FACTORY), OBJ_TASK, own(i, TASK), 0), c->name);
}

// Contents as the plan says; everything else zero.
static void
fill_region(const struct plan *p, const struct plan_region *r, uint32_t i)
{
	char *at = window(region_addr[i]);

	memset(at, 0, r->size);
	if (r->kind == PLAN_ROOT_INFO)
		memcpy(at, root_info(), sizeof(struct root_info));
	else if (r->kind == PLAN_ADDRESS)
		memcpy(at, &region_addr[r->blob], sizeof region_addr[0]);
	else
		memcpy(at, (const char *)p + r->blob, r->blob_size);
}

static void
make_region(const struct plan *p, const struct plan_region *r, uint32_t i)
{
	const struct root_info *info = root_info();
	uint64_t addr = 0, size = r->size, have;

	switch (r->kind) {
	case PLAN_RAM:
	case PLAN_ROOT_INFO:
	case PLAN_ADDRESS:
		addr = memory_alloc(size, r->align);
		if (addr == 0)
			console_fail("not enough memory for this scenario");
		break;
	case PLAN_BLOB:
		addr = info->module[0].addr + r->blob;
		break;
	case PLAN_FRAMEBUFFER:
		addr = info->fb.addr & ~0xfffull;
		have = (info->fb.addr - addr + (uint64_t)info->fb.pitch * info->fb.height + 0xfff) &
		       ~0xfffull;
		size = have < size ? have : size;
		break;
	case PLAN_DEVICE:
		addr = r->blob;
		break;
	default:
		console_fail("region of unknown kind");
	}
	region_addr[i] = addr;
	region_size[i] = size;
	if (r->kind == PLAN_RAM || r->kind == PLAN_ROOT_INFO || r->kind == PLAN_ADDRESS)
		fill_region(p, r, i);
}

// Map in the largest flexpages that both addresses allow.
static void
make_mapping(const struct plan_mapping *m)
{
	uint64_t from = ROOT_WINDOW + region_addr[m->region], to = m->addr;
	uint64_t left = region_size[m->region];

	while (left > 0) {
		unsigned order = 12;

		while (order < 30 && ((from | to) & (1ull << order)) == 0 && left >= 2ull << order)
			order++;
		must(task_map(own(m->component, TASK), fpage_mem(from, order, m->rights),
		              to | m->cache << 1), "mapping");
		from += 1ull << order, to += 1ull << order, left -= 1ull << order;
	}
}

static void
make_source(enum object_type type, cap_t index)
{
	must(factory_create(ROOT_FACTORY, type, index, 0), "gate or signal");
}

static void
make_irq(const struct plan_irq *q)
{
	must(task_map(own(q->component, TASK), fpage_cap(ROOT_IRQ + q->line, 0, CAP_SEND),
	              (uint64_t)q->index << 12), "interrupt");
}

static void
make_cap(const struct plan *p, const struct plan_cap *c)
{
	cap_t from = own(c->component, GATE);           // PLAN_CAP_LOG

	if (c->kind == PLAN_CAP_GATE)
		from = gate_cap(p, c->object);
	else if (c->kind == PLAN_CAP_SIGNAL)
		from = signal_cap(p, c->object);
	else if (c->kind == PLAN_CAP_THREAD)
		from = own(c->component, THREAD);
	else if (c->kind == PLAN_CAP_TASK)
		from = own(c->object, TASK);
	must(task_map(own(c->component, TASK), fpage_cap(from, 0, c->rights),
	              (uint64_t)c->index << 12), "capability");
}

static void
make_port(const struct plan_port *q)
{
	must(task_map(own(q->component, TASK), fpage_port(q->first, q->order, 1), 0), "ports");
}

// The thread of component `i`, with all that it receives from, and start it.
static void
make_thread(const struct plan *p, uint32_t i)
{
	const struct plan_component *c = plan_table(p, p->components);
	const struct plan_gate *gate = plan_table(p, p->gates);
	const struct plan_signal *sig = plan_table(p, p->signals);
	const struct plan_irq *irq = plan_table(p, p->irqs);
	const struct plan_cap *cap = plan_table(p, p->caps);
	cap_t thread = own(i, THREAD);

	c += i;
	must(factory_create(own(i, FACTORY), OBJ_THREAD, thread, 0), c->name);
	must(thread_control(thread, own(i, TASK), c->utcb, own(i, GATE)), c->name);
	must(sched_set(ROOT_SCHEDULER, thread, c->priority, c->slice), c->name);
	for (uint32_t j = 0; j < p->gates.count; j++)
		if (gate[j].server == i)
			must(thread_bind(thread, gate_cap(p, j), gate[j].label), c->name);
	for (uint32_t j = 0; j < p->signals.count; j++)
		if (sig[j].waiter == i)
			must(thread_bind(thread, signal_cap(p, j), sig[j].label), c->name);
	for (uint32_t j = 0; j < p->irqs.count; j++)
		if (irq[j].component == i)
			must(thread_bind(thread, ROOT_IRQ + irq[j].line, irq[j].label), c->name);
	for (uint32_t j = 0; j < p->caps.count; j++)
		if (cap[j].component == i && cap[j].kind == PLAN_CAP_THREAD)
			make_cap(p, &cap[j]);
	must(thread_start(thread, c->entry, c->stack, 0), c->name);
	started[i] = sys_now();
}

void
plan_execute(const struct plan *p)
{
	const struct plan_component *component = plan_table(p, p->components);
	const struct plan_region *region = plan_table(p, p->regions);
	const struct plan_mapping *mapping = plan_table(p, p->mappings);
	const struct plan_irq *irq = plan_table(p, p->irqs);
	const struct plan_cap *cap = plan_table(p, p->caps);
	const struct plan_port *port = plan_table(p, p->ports);

	if (p->components.count > COMPONENTS_MAX || p->regions.count > REGIONS_MAX)
		console_fail("plan too large");
	for (uint32_t i = 0; i < p->components.count; i++) {
		make_task(&component[i], i);
		make_source(OBJ_GATE, own(i, GATE));
		must(thread_bind(ROOT_THREAD, own(i, GATE), i), "log gate");
	}
	for (uint32_t i = 0; i < p->regions.count; i++)
		make_region(p, &region[i], i);
	for (uint32_t i = 0; i < p->mappings.count; i++)
		make_mapping(&mapping[i]);
	for (uint32_t i = 0; i < p->gates.count; i++)
		make_source(OBJ_GATE, gate_cap(p, i));
	for (uint32_t i = 0; i < p->signals.count; i++)
		make_source(OBJ_SIGNAL, signal_cap(p, i));
	for (uint32_t i = 0; i < p->irqs.count; i++)
		make_irq(&irq[i]);
	for (uint32_t i = 0; i < p->caps.count; i++)
		if (cap[i].kind != PLAN_CAP_THREAD)
			make_cap(p, &cap[i]);
	for (uint32_t i = 0; i < p->ports.count; i++)
		make_port(&port[i]);
}

void
plan_start(const struct plan *p)
{
	for (uint32_t i = 0; i < p->components.count; i++)
		make_thread(p, i);
}

// True when nobody but component `i` sees the region.
static bool
private(const struct plan *p, uint32_t region, uint32_t i)
{
	const struct plan_mapping *mapping = plan_table(p, p->mappings);

	for (uint32_t j = 0; j < p->mappings.count; j++) {
		if (mapping[j].region == region && mapping[j].component != i)
			return false;
	}
	return true;
}

bool
plan_fault(const struct plan *p, uint32_t i)
{
	const struct plan_component *c = plan_table(p, p->components);
	const struct plan_region *region = plan_table(p, p->regions);
	const struct plan_mapping *mapping = plan_table(p, p->mappings);

	(void)!object_destroy(own(i, THREAD));
	if (!(c[i].flags & PLAN_COMPONENT_RESTART) ||
	    sys_now() - started[i] < (uint64_t)RESTART_MIN_MS * kip()->tsc_khz)
		return false;
	for (uint32_t j = 0; j < p->mappings.count; j++) {
		uint32_t r = mapping[j].region;

		if (mapping[j].component == i && region[r].kind == PLAN_RAM && private(p, r, i))
			fill_region(p, &region[r], r);
	}
	make_thread(p, i);
	return true;
}
