// SPDX-License-Identifier: MIT
// The plan's tables, one function each.  Gates, signals and memory are made once.
// What is a component's own in the kernel (factory, task, thread, and what they hold)
// is made again when it is started again, so that nothing is left of what it did;
// what others have of its gates stays valid.  Who has devices may have given their
// memory to a client, who draws on it just now: its task stays, and is emptied but for
// that.  Long, because the first start and all others are made of the same functions.
#include <console.h>
#include <self.h>
#include <string.h>
#include <sys/root.h>

// init's own capability indices: these for each component, then gates and signals.
enum { FACTORY, TASK, THREAD, GATE, SCHEDULER };

enum { RESTART_MIN_MS = 10 };   // a component that faults sooner stays stopped

#define ADDRESSES 0x7ffffffff000ull     // of a task

struct run runs[RUNS_MAX];
static struct region regions[PLAN_REGIONS_MAX];
static uint64_t started[PLAN_COMPONENTS_MAX];

static cap_t
own(const struct run *run, uint32_t component, unsigned what)
{
	return run->caps + component * PLAN_CAPS_EACH + what;
}

static cap_t
gate_cap(const struct run *run, uint32_t i)
{
	const struct plan_gate *gate = plan_table(run->plan, run->plan->gates);

	return gate[i].parent != 0 ? gate[i].parent :
		own(run, run->plan->components.count, 0) + i;
}

static cap_t
signal_cap(const struct run *run, uint32_t i)
{
	const struct plan_signal *sig = plan_table(run->plan, run->plan->signals);

	return sig[i].parent != 0 ? sig[i].parent :
		own(run, run->plan->components.count, 0) + run->plan->gates.count + i;
}

static bool
fits(const struct plan *p, unsigned shares)
{
	uint64_t caps = (uint64_t)p->components.count * PLAN_CAPS_EACH + p->gates.count +
		p->signals.count;

	return p->components.count <= PLAN_COMPONENTS_MAX / shares &&
	       p->regions.count <= PLAN_REGIONS_MAX / shares &&
	       caps < (CAP_MAX - PLAN_CAPS_FIRST) / shares;
}

void
plan_prepare(unsigned index, unsigned shares, const struct plan *p)
{
	if (!fits(p, shares))
		console_fail("plan too large");
	runs[index] = (struct run){ .plan = p,
		.factory = ROOT_FACTORY,
		.caps = PLAN_CAPS_FIRST + index * ((CAP_MAX - PLAN_CAPS_FIRST) / shares),
		.region = regions + index * (PLAN_REGIONS_MAX / shares),
		.started = started + index * (PLAN_COMPONENTS_MAX / shares) };
}

// What fails is undone as a whole, if at all, so the rest may go on and fail, too.
static void
must_at(struct run *run, uint32_t component, enum err e, const char *what, uint64_t addr)
{
	if (e != OK)
		self_failed(run, component, what, addr, e);
	if (run->error == OK)
		run->error = e;
}

static void
must(struct run *run, uint32_t component, enum err e, const char *what)
{
	must_at(run, component, e, what, 0);
}

static uint64_t
label(const struct run *run, uint64_t base, uint64_t component)
{
	return base + (uint64_t)(run - runs) * LABEL_COMPONENTS + component;
}

static void
make_task(struct run *run, const struct plan_component *c, uint32_t i)
{
	cap_t factory = own(run, i, FACTORY);

	must(run, i, factory_create(run->factory, OBJ_FACTORY, factory, c->quota), "factory");
	must(run, i, factory_create(factory, OBJ_TASK, own(run, i, TASK), 0), "task");
	if (c->flags & PLAN_COMPONENT_COUNTER)
		must(run, i, task_counter(own(run, i, TASK)), "time-stamp counter");
}

static void
make_log_gate(struct run *run, uint32_t i)
{
	cap_t gate = own(run, i, GATE);

	must(run, i, factory_create(run->factory, OBJ_GATE, gate, 0), "log gate");
	must(run, i, thread_bind(ROOT_THREAD, gate, label(run, LABEL_RUNS, i)), "log gate");
}

// Contents as the plan says; everything else zero.
static void
fill_region(struct run *run, uint32_t i)
{
	const struct plan_region *r = plan_table(run->plan, run->plan->regions);
	const struct region *at = &run->region[i];
	char *to = (char *)(uintptr_t)at->addr;

	r += i;
	memset(to, 0, at->size);
	if (r->kind == PLAN_ROOT_INFO)
		memcpy(to, root_info(), sizeof(struct root_info));
	else if (r->kind == PLAN_ADDRESS)
		*(uint64_t *)(void *)to = run->region[r->blob].addr - ROOT_WINDOW;
	else if (r->kind == PLAN_REST)
		*(uint64_t *)(void *)to = at->size;
	else if (r->kind == PLAN_RAM)
		memcpy(to, (const char *)run->plan + r->blob, r->blob_size);
}

// Pages that hold the framebuffer, but no more than the plan wants to show; or all
// that the plan says.
static struct region
framebuffer(uint64_t size, bool all)
{
	const struct root_info *info = root_info();
	uint64_t addr = info->fb.addr & ~0xfffull;
	uint64_t bytes = (uint64_t)info->fb.pitch * info->fb.height;
	uint64_t have = (info->fb.addr - addr + bytes + 0xfff) & ~0xfffull;

	return (struct region){ ROOT_WINDOW + addr, have < size && !all ? have : size };
}

static void
make_region(struct run *run, uint32_t i)
{
	const struct plan_region *r = plan_table(run->plan, run->plan->regions);
	struct region *at = &run->region[i];

	r += i;
	*at = (struct region){ r->blob, r->size };
	switch (r->kind) {
	case PLAN_REST:
		if (r->size < run->end - run->next)
			at->size = run->end - run->next;
		// fall through
	case PLAN_RAM:
	case PLAN_ROOT_INFO:
	case PLAN_ADDRESS:
		at->addr = self_memory(run, at->size, r->align);
		if (at->addr == 0) {
			run->error = ERR_QUOTA;
			return;
		}
		// fall through
	case PLAN_PARENT:
		fill_region(run, i);
		break;
	case PLAN_BLOB:
		at->addr += (uintptr_t)run->plan;
		break;
	case PLAN_FRAMEBUFFER:
		*at = framebuffer(r->size, r->blob != 0);
		break;
	case PLAN_DEVICE:
		at->addr += ROOT_WINDOW;
		break;
	default:
		console_fail("region of unknown kind");
	}
}

// Map in the largest flexpages that both addresses allow.
static void
make_mapping(struct run *run, const struct plan_mapping *m)
{
	uint64_t from = run->region[m->region].addr, to = m->addr;
	uint64_t left = run->region[m->region].size;

	while (left > 0) {
		unsigned order = 12;

		while (order < 30 && ((from | to) & (1ull << order)) == 0 && left >= 2ull << order)
			order++;
		must_at(run, m->component, task_map(own(run, m->component, TASK),
		                                    fpage_mem(from, order, m->rights),
		                                    to | m->cache << 1), "mapping at ", to);
		from += 1ull << order, to += 1ull << order, left -= 1ull << order;
	}
}

static void
make_irq(struct run *run, const struct plan_irq *q)
{
	must(run, q->component, task_map(own(run, q->component, TASK),
	                                 fpage_cap(ROOT_IRQ + q->line, 0, CAP_SEND),
	                                 (uint64_t)q->index << 12), "interrupt");
}

static cap_t
origin(struct run *run, const struct plan_cap *c)
{
	switch (c->kind) {
	case PLAN_CAP_GATE: return gate_cap(run, c->object);
	case PLAN_CAP_SIGNAL: return signal_cap(run, c->object);
	case PLAN_CAP_THREAD: return own(run, c->component, THREAD);
	case PLAN_CAP_FACTORY: return own(run, c->component, FACTORY);
	case PLAN_CAP_SCHEDULER:
		must(run, c->component, sched_bound(ROOT_SCHEDULER, own(run, c->component, FACTORY),
		                                    own(run, c->component, SCHEDULER), c->object),
		     "scheduler");
		return own(run, c->component, SCHEDULER);
	default: return own(run, c->component, GATE);   // PLAN_CAP_LOG
	}
}

static void
make_cap(struct run *run, const struct plan_cap *c)
{
	must(run, c->component, task_map(own(run, c->component, TASK),
	                                 fpage_cap(origin(run, c), 0, c->rights),
	                                 (uint64_t)c->index << 12), "capability");
}

static void
make_port(struct run *run, const struct plan_port *q)
{
	enum err e = task_map(own(run, q->component, TASK), fpage_port(q->first, q->order, 1), 0);

	must_at(run, q->component, e, "ports ", q->first);
}

// Component i's thread receives from what the plan has for it.
static void
bind_thread(struct run *run, uint32_t i)
{
	const struct plan *p = run->plan;
	const struct plan_gate *gate = plan_table(p, p->gates);
	const struct plan_signal *sig = plan_table(p, p->signals);
	const struct plan_irq *irq = plan_table(p, p->irqs);
	cap_t thread = own(run, i, THREAD);

	for (uint32_t j = 0; j < p->gates.count; j++)
		if (gate[j].server == i)
			must(run, i, thread_bind(thread, gate_cap(run, j), gate[j].label), "gate");
	for (uint32_t j = 0; j < p->signals.count; j++)
		if (sig[j].waiter == i)
			must(run, i, thread_bind(thread, signal_cap(run, j), sig[j].label),
			     "signal");
	for (uint32_t j = 0; j < p->irqs.count; j++)
		if (irq[j].component == i)
			must(run, i, thread_bind(thread, ROOT_IRQ + irq[j].line, irq[j].label),
			     "irq");
}

// The thread of component `i`, with all that it receives from, and start it.
static void
make_thread(struct run *run, uint32_t i)
{
	const struct plan_component *c = plan_table(run->plan, run->plan->components);
	const struct plan_cap *cap = plan_table(run->plan, run->plan->caps);
	cap_t thread = own(run, i, THREAD);

	c += i;
	must(run, i, factory_create(own(run, i, FACTORY), OBJ_THREAD, thread, 0), "thread");
	must(run, i, thread_control(thread, own(run, i, TASK), c->utcb, own(run, i, GATE)),
	     "thread");
	must(run, i, sched_set(ROOT_SCHEDULER, thread, c->priority, c->slice), "priority");
	if (c->share != 0)
		must(run, i, sched_budget(ROOT_SCHEDULER, thread, PLAN_SHARE_PERIOD,
		                          c->share * (PLAN_SHARE_PERIOD / 100)), "share");
	bind_thread(run, i);
	for (uint32_t j = 0; j < run->plan->caps.count; j++)
		if (cap[j].component == i && cap[j].kind == PLAN_CAP_THREAD)
			make_cap(run, &cap[j]);
	must(run, i, thread_start(thread, c->entry, c->stack, 0), "start");
	run->started[i] = sys_now();
}

static void
make_sources(struct run *run)
{
	const struct plan *p = run->plan;
	const struct plan_gate *gate = plan_table(p, p->gates);
	const struct plan_signal *sig = plan_table(p, p->signals);

	for (uint32_t i = 0; i < p->gates.count; i++)
		if (gate[i].parent == 0)
			must(run, gate[i].server,
			     factory_create(run->factory, OBJ_GATE, gate_cap(run, i), 0), "gate");
	for (uint32_t i = 0; i < p->signals.count; i++) {
		cap_t signal = signal_cap(run, i);
		bool ours = sig[i].waiter == PLAN_INIT; // its label is the component that ends
		uint32_t whose = ours ? (uint32_t)sig[i].label : sig[i].waiter;

		if (sig[i].parent == 0)
			must(run, whose, factory_create(run->factory, OBJ_SIGNAL, signal, 0),
			     "signal");
		if (ours)
			must(run, whose,
			     thread_bind(ROOT_THREAD, signal, label(run, LABEL_ENDS, whose)),
			     "signal");
	}
}

// The plan's next memory of a device that component `i` has, by address; or NULL.
static const struct plan_mapping *
device_from(const struct plan *p, uint32_t i, uint64_t addr)
{
	const struct plan_region *region = plan_table(p, p->regions);
	const struct plan_mapping *m = plan_table(p, p->mappings), *end = m + p->mappings.count;
	const struct plan_mapping *next = NULL;

	for (; m < end; m++)
		if (m->component == i && m->addr >= addr &&
		    (next == NULL || m->addr < next->addr) &&
		    (region[m->region].kind == PLAN_DEVICE ||
		     region[m->region].kind == PLAN_FRAMEBUFFER))
			next = m;
	return next;
}

// All that the task of component `i` has, but for memory of devices if `task_stays`.
static void
fill_task(struct run *run, uint32_t i, bool task_stays)
{
	const struct plan *p = run->plan;
	const struct plan_mapping *mapping = plan_table(p, p->mappings);
	const struct plan_irq *irq = plan_table(p, p->irqs);
	const struct plan_cap *cap = plan_table(p, p->caps);
	const struct plan_port *port = plan_table(p, p->ports);

	for (uint32_t j = 0; j < p->mappings.count; j++)
		if (mapping[j].component == i &&
		    !(task_stays && device_from(p, i, mapping[j].addr) == &mapping[j]))
			make_mapping(run, &mapping[j]);
	for (uint32_t j = 0; j < p->irqs.count; j++)
		if (irq[j].component == i)
			make_irq(run, &irq[j]);
	for (uint32_t j = 0; j < p->caps.count; j++)
		if (cap[j].component == i && cap[j].kind != PLAN_CAP_THREAD)
			make_cap(run, &cap[j]);
	for (uint32_t j = 0; j < p->ports.count; j++)
		if (port[j].component == i)
			make_port(run, &port[j]);
}

void
plan_execute(struct run *run)
{
	const struct plan_component *component = plan_table(run->plan, run->plan->components);

	for (uint32_t i = 0; i < run->plan->regions.count; i++)
		make_region(run, i);
	if (run->error != OK)
		return;         // there would be nothing to map
	for (uint32_t i = 0; i < run->plan->components.count; i++)
		make_log_gate(run, i);
	make_sources(run);
	for (uint32_t i = 0; i < run->plan->components.count; i++) {
		make_task(run, &component[i], i);
		fill_task(run, i, false);
	}
}

void
plan_start(struct run *run)
{
	for (uint32_t i = 0; i < run->plan->components.count && run->error == OK; i++)
		make_thread(run, i);
}

enum err
plan_end(struct run *run, uint32_t component)
{
	return object_destroy(own(run, component, FACTORY));
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

// What only component `i` sees is as at first.
static void
fill_private(struct run *run, uint32_t i)
{
	const struct plan *p = run->plan;
	const struct plan_region *region = plan_table(p, p->regions);
	const struct plan_mapping *mapping = plan_table(p, p->mappings);

	for (uint32_t j = 0; j < p->mappings.count; j++) {
		uint32_t r = mapping[j].region;
		bool own_ram = region[r].kind == PLAN_RAM || region[r].kind == PLAN_REST;

		if (mapping[j].component == i && own_ram && private(p, r, i))
			fill_region(run, r);
	}
}

static void
take_memory(cap_t task, uint64_t at, uint64_t end)
{
	while (at < end) {
		unsigned order = 12;

		while (order < 46 && (at & (1ull << order)) == 0 && end - at >= 2ull << order)
			order++;
		(void)!task_unmap(task, fpage_mem(at, order, MEM_R | MEM_W | MEM_X), true);
		at += 1ull << order;
	}
}

// Take everything back but memory of devices.
static void
empty_task(struct run *run, uint32_t i)
{
	cap_t task = own(run, i, TASK);
	const struct plan_mapping *m;
	uint64_t at = 0;

	(void)!task_unmap(task, fpage_cap(0, 12, CAP_ALL), true);
	(void)!task_unmap(task, fpage_port(0, 16, 1), true);
	while ((m = device_from(run->plan, i, at)) != NULL) {
		take_memory(task, at, m->addr);
		at = m->addr + run->region[m->region].size;
	}
	take_memory(task, at, ADDRESSES);
}

bool
plan_fault(struct run *run, uint32_t i)
{
	const struct plan_component *c = plan_table(run->plan, run->plan->components);
	bool stays = device_from(run->plan, i, 0) != NULL;

	(void)!object_destroy(own(run, i, THREAD));
	if (!(c[i].flags & PLAN_COMPONENT_RESTART) ||
	    sys_now() - run->started[i] < (uint64_t)RESTART_MIN_MS * kip()->tsc_khz)
		return false;
	if (stays) {
		empty_task(run, i);
	} else {
		(void)!object_destroy(own(run, i, FACTORY));
		make_task(run, &c[i], i);
	}
	fill_private(run, i);
	fill_task(run, i, stays);
	make_thread(run, i);
	return run->error == OK;
}
