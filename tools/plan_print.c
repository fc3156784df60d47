// SPDX-License-Identifier: MIT
// Prints a boot plan readably, for `make plan`.
#include <abi/msg.h>
#include "tools/plan_check.h"
#include "tools/plan_print.h"

static const char *
name_of(const struct plan *p, uint32_t component)
{
	return component == PLAN_NOBODY ? "the parent's server" :
		PLAN_ENTRY(p, components, plan_component, component)->name;
}

static void
print_mappings(const struct plan *p, uint32_t c, FILE *out)
{
	static const char *const kinds[] = {
		"ram", "blob", "framebuffer", "device", "root info", "address", "parent's", "rest",
	};

	for (uint32_t i = 0; i < p->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);
		const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, m->region);

		if (m->component != c)
			continue;
		fprintf(out, "  memory %08llx..%08llx %c%c%c region %u %s",
		        (unsigned long long)m->addr, (unsigned long long)(m->addr + r->size),
		        (m->rights & MEM_R) != 0 ? 'r' : '-', (m->rights & MEM_W) != 0 ? 'w' : '-',
		        (m->rights & MEM_X) != 0 ? 'x' : '-', m->region, kinds[r->kind]);
		for (uint32_t j = 0; j < p->mappings.count; j++) {
			const struct plan_mapping *o = PLAN_ENTRY(p, mappings, plan_mapping, j);
			if (o->region == m->region && o->component != c)
				fprintf(out, ", also in %s", name_of(p, o->component));
		}
		fputc('\n', out);
	}
}

static void
print_caps(const struct plan *p, uint32_t c, FILE *out)
{
	for (uint32_t i = 0; i < p->caps.count; i++) {
		const struct plan_cap *k = PLAN_ENTRY(p, caps, plan_cap, i);

		if (k->component != c)
			continue;
		fprintf(out, "  cap %-4u ", k->index);
		if (k->kind == PLAN_CAP_LOG) {
			fputs("log\n", out);
		} else if (k->kind == PLAN_CAP_THREAD) {
			fputs("its own thread\n", out);
		} else if (k->kind == PLAN_CAP_FACTORY) {
			fputs("its own factory\n", out);
		} else if (k->kind == PLAN_CAP_SCHEDULER) {
			fprintf(out, "scheduler up to priority %u\n", k->object);
		} else if (k->kind == PLAN_CAP_GATE) {
			const struct plan_gate *g = PLAN_ENTRY(p, gates, plan_gate, k->object);
			fprintf(out, "gate to %s, label %llu\n", name_of(p, g->server),
			        (unsigned long long)g->label);
		} else {
			const struct plan_signal *s =
				PLAN_ENTRY(p, signals, plan_signal, k->object);
			if (s->waiter == PLAN_INIT) {
				fprintf(out, "signal that ends %s\n",
				        name_of(p, (uint32_t)s->label));
				continue;
			}
			fprintf(out, "signal to %s, label %llu%s\n", name_of(p, s->waiter),
			        (unsigned long long)s->label,
			        k->rights == CAP_CTL ? ", to rule" : "");
		}
	}
	for (uint32_t i = 0; i < p->irqs.count; i++) {
		const struct plan_irq *q = PLAN_ENTRY(p, irqs, plan_irq, i);
		if (q->component == c)
			fprintf(out, "  cap %-4u interrupt %u, label %llu\n", q->index, q->line,
			        (unsigned long long)q->label);
	}
	for (uint32_t i = 0; i < p->ports.count; i++) {
		const struct plan_port *q = PLAN_ENTRY(p, ports, plan_port, i);
		if (q->component == c)
			fprintf(out, "  ports %x..%x\n", q->first, q->first + (1u << q->order));
	}
}

void
plan_print(const struct plan *p, FILE *out)
{
	const struct plan *sub;

	fprintf(out, "plan of %s: %llu bytes\n", p->scenario, (unsigned long long)p->size);
	for (uint32_t i = 0; i < p->components.count; i++) {
		const struct plan_component *c = PLAN_ENTRY(p, components, plan_component, i);

		fprintf(out, "%s (%s): priority %u, slice %u us, kernel memory %lluK, entry %llx\n",
		        c->name, (c->flags & PLAN_COMPONENT_TRUSTED) != 0 ? "trusted" : "legacy",
		        c->priority, c->slice, (unsigned long long)c->quota >> 10,
		        (unsigned long long)c->entry);
		if ((c->flags & PLAN_COMPONENT_COUNTER) != 0)
			fputs("  time-stamp counter\n", out);
		if (c->share != 0)
			fprintf(out, "\tprocessor time: %u %% of each %u us\n", c->share,
			        PLAN_SHARE_PERIOD);
		print_mappings(p, i, out);
		print_caps(p, i, out);
	}
	for (uint32_t i = 0; i < p->components.count; i++)
		for (uint32_t n = 0; (sub = plan_subsystem(p, i, n)) != NULL; n++) {
			fprintf(out, "\nsubsystem of %s, from %lluK of memory and %lluK of kernel "
			        "memory: ", name_of(p, i), (unsigned long long)sub->memory >> 10,
			        (unsigned long long)sub->quota >> 10);
			plan_print(sub, out);
		}
}
