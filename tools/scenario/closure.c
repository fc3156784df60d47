// SPDX-License-Identifier: MIT
// What a security goal rests on.  Always kernel and init; the holder of the
// asset; every server that a member uses and relies on for this property; who
// holds a device right that nobody said is harmless; and, for availability,
// who runs before a member because of a higher priority.
#include <stdio.h>
#include <string.h>
#include "tools/scenario/closure.h"

bool
device_right(const struct component *k, unsigned index, char right[64], const char **why)
{
	if (index < k->port_count) {
		const struct port *p = &k->ports[index];

		if (p->count == 1)
			snprintf(right, 64, "port 0x%x", p->first);
		else
			snprintf(right, 64, "ports 0x%x to 0x%x", p->first,
			         p->first + p->count - 1);
		*why = p->reason;
		return true;
	}
	index -= k->port_count;
	if (index < k->irq_count) {
		snprintf(right, 64, "interrupt %u", k->irqs[index].line);
		*why = k->irqs[index].reason;
		return true;
	}
	index -= k->irq_count;
	if (index < k->device_count) {
		snprintf(right, 64, "device memory \"%.30s\"", k->devices[index].name);
		*why = k->devices[index].reason;
		return true;
	}
	index -= k->device_count;
	if (index == 0 && k->dma > 0) {
		snprintf(right, 64, k->confined ? "a bus-master device behind the IOMMU" :
		         "a bus-master device without an IOMMU");
		// without it no reason helps: the device reaches all memory
		*why = k->confined ? "it reaches the driver's memory for DMA only" : NULL;
		return true;
	}
	index -= k->dma > 0;
	snprintf(right, 64, "the framebuffer");
	*why = k->framebuffer_reason;
	return index == 0 && k->framebuffer;
}

struct walk {
	const struct scenario *s;
	const struct goal *g;
	bool *member;
	char (*reason)[REASON];
	unsigned queue[128], head, tail;
};

static void
join(struct walk *w, unsigned c, const char *reason)
{
	unsigned part = PART_FIRST + c;

	if (w->member[part])
		return;
	w->member[part] = true;
	snprintf(w->reason[part], REASON, "%s", reason);
	if (w->tail < sizeof w->queue / sizeof w->queue[0])
		w->queue[w->tail++] = c;
}

static void
join_servers(struct walk *w, unsigned c)
{
	const struct component *k = &w->s->components[c];
	char text[REASON];

	for (unsigned i = 0; i < k->use_count; i++) {
		const struct use *u = &k->uses[i];

		if (u->relies_not[w->g->property] != NULL)
			continue;
		snprintf(text, sizeof text, "%s relies on its %s session", k->name, u->name);
		join(w, u->server, text);
	}
}

static void
join_earlier(struct walk *w, unsigned c)
{
	const struct component *k = &w->s->components[c];
	char text[REASON];

	for (unsigned i = 0; i < w->s->component_count; i++)
		if (w->s->components[i].priority > k->priority) {
			snprintf(text, sizeof text, "has a higher priority than %s", k->name);
			join(w, i, text);
		}
}

void
closure(const struct scenario *s, const struct goal *g, bool *member, char (*reason)[REASON])
{
	struct walk w = { .s = s, .g = g, .member = member, .reason = reason };

	member[PART_KERNEL] = member[PART_INIT] = true;
	snprintf(reason[PART_KERNEL], REASON, "runs everything in privileged mode");
	snprintf(reason[PART_INIT], REASON, "hands out all memory and rights");
	join(&w, g->holder, "holds the asset");
	for (unsigned i = 0; i < s->component_count; i++) {
		char right[64], text[REASON];
		const char *why;

		for (unsigned j = 0; device_right(&s->components[i], j, right, &why); j++)
			if (why == NULL) {
				snprintf(text, sizeof text,
				         "holds %s, and nothing says why that is harmless", right);
				join(&w, i, text);
			}
	}
	while (w.head < w.tail) {
		unsigned c = w.queue[w.head++];

		join_servers(&w, c);
		if (g->property == AVAILABILITY)
			join_earlier(&w, c);
	}
}

// A member's use of `c` that is not relied upon.
static const struct use *
not_relied(const struct scenario *s, const bool *member, unsigned c)
{
	for (unsigned i = 0; i < s->component_count; i++)
		for (unsigned j = 0; member[PART_FIRST + i] && j < s->components[i].use_count; j++)
			if (s->components[i].uses[j].server == c)
				return &s->components[i].uses[j];
	return NULL;
}

void
why_not(const struct scenario *s, const struct goal *g, const bool *member, unsigned c,
        char reason[REASON])
{
	const struct use *u = not_relied(s, member, c);
	const char *rest = g->property == AVAILABILITY ? ", and none waits for it" : "";
	char right[64];
	const char *why;

	if (u != NULL)
		snprintf(reason, REASON, "its %s session is not relied upon: %s", u->name,
		         u->relies_not[g->property]);
	else if (device_right(&s->components[c], 0, right, &why))
		snprintf(reason, REASON, "no member relies on it%s; what it may do to devices is "
		         "said to be harmless", rest);
	else
		snprintf(reason, REASON, "no member relies on it%s, and it has no right to any "
		         "device", rest);
}
