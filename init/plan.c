// SPDX-License-Identifier: MIT
// The plan's tables, one function each, in the order they are needed.
#include <console.h>
#include <memory.h>
#include <init_plan.h>
#include <string.h>
#include <sys/root.h>

// init's own capability indices: four for each component, then gates and signals.
enum { FACTORY, TASK, THREAD, GATE, PER_COMPONENT };

static uint64_t region_addr[REGIONS_MAX], region_size[REGIONS_MAX];

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
make_component(const struct plan_component *c, uint32_t i)
{
	cap_t factory = own(i, FACTORY), task = own(i, TASK), thread = own(i, THREAD);

	must(factory_create(ROOT_FACTORY, OBJ_FACTORY, factory, c->quota), c->name);
	must(factory_create(factory, OBJ_TASK, task, 0), c->name);
	must(factory_create(factory, OBJ_THREAD, thread, 0), c->name);
	must(factory_create(factory, OBJ_GATE, own(i, GATE), 0), c->name);
	must(thread_bind(ROOT_THREAD, own(i, GATE), i), c->name);
	must(thread_control(thread, task, c->utcb, own(i, GATE)), c->name);
	must(sched_set(ROOT_SCHEDULER, thread, c->priority, c->slice), c->name);
}

static void
make_region(const struct plan *p, const struct plan_region *r, uint32_t i)
{
	const struct root_info *info = root_info();
	uint64_t addr = 0, size = r->size, have;

	switch (r->kind) {
	case PLAN_RAM:
	case PLAN_ROOT_INFO:
		addr = memory_alloc(size, r->align);
		if (addr == 0)
			console_fail("not enough memory for this scenario");
		if (r->kind == PLAN_ROOT_INFO)
			memcpy(window(addr), info, sizeof *info);
		else
			memcpy(window(addr), (const char *)p + r->blob, r->blob_size);
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
make_source(enum object_type type, cap_t index, uint32_t owner, uint64_t label)
{
	must(factory_create(own(owner, FACTORY), type, index, 0), "gate or signal");
	must(thread_bind(own(owner, THREAD), index, label), "gate or signal");
}

static void
make_irq(const struct plan_irq *q)
{
	must(thread_bind(own(q->component, THREAD), ROOT_IRQ + q->line, q->label), "interrupt");
	must(task_map(own(q->component, TASK), fpage_cap(ROOT_IRQ + q->line, 0, CAP_SEND),
	              (uint64_t)q->index << 12), "interrupt");
}

static void
make_cap(const struct plan *p, const struct plan_cap *c)
{
	cap_t from = c->kind == PLAN_CAP_GATE ? gate_cap(p, c->object)
	           : c->kind == PLAN_CAP_SIGNAL ? signal_cap(p, c->object)
	           : own(c->component, GATE);

	must(task_map(own(c->component, TASK), fpage_cap(from, 0, c->rights),
	              (uint64_t)c->index << 12), "capability");
}

void
plan_execute(const struct plan *p)
{
	const struct plan_component *component = plan_table(p, p->components);
	const struct plan_region *region = plan_table(p, p->regions);
	const struct plan_mapping *mapping = plan_table(p, p->mappings);
	const struct plan_gate *gate = plan_table(p, p->gates);
	const struct plan_signal *sig = plan_table(p, p->signals);
	const struct plan_irq *irq = plan_table(p, p->irqs);
	const struct plan_cap *cap = plan_table(p, p->caps);
	const struct plan_port *port = plan_table(p, p->ports);

	if (p->components.count > COMPONENTS_MAX || p->regions.count > REGIONS_MAX)
		console_fail("plan too large");
	for (uint32_t i = 0; i < p->components.count; i++)
		make_component(&component[i], i);
	for (uint32_t i = 0; i < p->regions.count; i++)
		make_region(p, &region[i], i);
	for (uint32_t i = 0; i < p->mappings.count; i++)
		make_mapping(&mapping[i]);
	for (uint32_t i = 0; i < p->gates.count; i++)
		make_source(OBJ_GATE, gate_cap(p, i), gate[i].server, gate[i].label);
	for (uint32_t i = 0; i < p->signals.count; i++)
		make_source(OBJ_SIGNAL, signal_cap(p, i), sig[i].waiter, sig[i].label);
	for (uint32_t i = 0; i < p->irqs.count; i++)
		make_irq(&irq[i]);
	for (uint32_t i = 0; i < p->caps.count; i++)
		make_cap(p, &cap[i]);
	for (uint32_t i = 0; i < p->ports.count; i++)
		must(task_map(own(port[i].component, TASK),
		              fpage_port(port[i].first, port[i].order, 1), 0), "ports");
}

void
plan_start(const struct plan *p)
{
	const struct plan_component *c = plan_table(p, p->components);

	for (uint32_t i = 0; i < p->components.count; i++)
		must(thread_start(own(i, THREAD), c[i].entry, c[i].stack, 0), c[i].name);
}

void
plan_stop(uint32_t component)
{
	(void)!object_destroy(own(component, THREAD));
}
