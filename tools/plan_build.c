// SPDX-License-Identifier: MIT
// Makes the boot plan: one pass over the components lays out their own memory
// (plan_lay.c), a second one connects clients and servers, a third writes what
// each finds in its startup page.  Tables grow apart and are put together at
// the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/plan_parts.h"
#include "tools/scenario/size.h"

// Kernel memory for gates, signals, factories: each component.
enum { SUBSYSTEM_QUOTA = 16 << 10 };

static uint32_t
add_signal(struct build *b, unsigned waiter, uint64_t label)
{
	struct plan_signal s = { waiter, 0, label };

	return plan_add(b, SIGNALS, &s);
}

static bool
say_size(struct build *b, unsigned c, const struct use *u, struct startup_client *client)
{
	struct tcb_size size;

	// what comes with a subsystem nobody has counted
	if (b->in->build == NULL || u->relayed || strcmp(u->type->name, "gui") != 0)
		return true;
	if (!tcb_size(b->s, c, b->in->build, &size))
		return scenario_error(b->s, b->s->components[c].at, "the sources of what %s relies "
		                      "on are not in %s", b->s->components[c].name, b->in->build);
	tcb_size_text(size, client->tcb);
	return true;
}

// A signal for component `c`, which may choose who of its own waits for it.
static cap_t
give_rule(struct build *b, unsigned c, uint32_t signal)
{
	struct plan_cap cap = { c, b->space[c].next_cap++, PLAN_CAP_SIGNAL, signal, CAP_CTL, 0 };

	plan_add(b, CAPS, &cap);
	return cap.index;
}

static bool
connect(struct build *b, unsigned c, unsigned index)
{
	const struct component *k = &b->s->components[c];
	const struct use *u = &k->uses[index];
	struct space *server = &b->space[u->server];
	uint64_t id = server->clients.size / sizeof(struct startup_client) + 1;
	struct startup_use use = { .label = index + 1, .shared_size = u->shared };
	struct startup_client client = { .id = id, .colour = u->colour,
		.shared_size = u->shared, .private_size = u->private };
	struct plan_gate gate = { u->server, 0, id };
	cap_t wait = 0;

	snprintf(use.name, sizeof use.name, "%s", u->name);
	snprintf(use.type, sizeof use.type, "%s", u->type->name);
	snprintf(client.type, sizeof client.type, "%s", u->type->name);
	snprintf(client.label, sizeof client.label, "%s", u->label);
	client.flags = (k->trusted ? STARTUP_CLIENT_TRUSTED : 0u) |
	               (u->hover ? STARTUP_CLIENT_HOVER : 0u) |
	               (u->background ? STARTUP_CLIENT_BACKGROUND : 0u) |
	               (u->frame ? 0u : STARTUP_CLIENT_FRAMELESS);
	if (u->band != NULL)
		client.flags |= strcmp(u->band, "top") == 0 ? STARTUP_CLIENT_TOP :
			strcmp(u->band, "bottom") == 0 ? STARTUP_CLIENT_BOTTOM : 0;
	use.gate = plan_give(b, c, PLAN_CAP_GATE, plan_add(b, GATES, &gate));
	if (u->type->up)
		use.signal = plan_give(b, c, PLAN_CAP_SIGNAL, add_signal(b, u->server, id));
	if (u->type->down) {
		uint32_t signal = add_signal(b, c, index + 1);

		client.signal = plan_give(b, u->server, PLAN_CAP_SIGNAL, signal);
		wait = u->relayed ? give_rule(b, c, signal) : 0;
	}
	if (u->kill_destroys)
		client.destroy = plan_give(b, u->server, PLAN_CAP_SIGNAL, u->relayed ?
		                           add_signal(b, c, PLAN_LABEL_SUBSYSTEM + u->subsystem) :
		                           add_signal(b, PLAN_INIT, c));
	if (u->shared > 0) {
		uint32_t region = plan_add_region(b, PLAN_RAM, u->shared, 0, 0);
		use.shared = plan_map(b, c, region, MEM_RW, MEM_KEEP);
		client.shared = plan_map(b, u->server, region, MEM_RW, MEM_KEEP);
	}
	if (u->private > 0)
		client.private =
			plan_map(b, u->server, plan_add_region(b, PLAN_RAM, u->private, 0, 0),
		                 MEM_RW, MEM_KEEP);
	if (k->dma > 0 && strcmp(u->type->name, "pci") == 0) {
		client.dma = plan_map(b, u->server, b->space[c].dma_address, MEM_R, MEM_KEEP);
		client.dma_size = k->dma;
	}
	plan_append(&b->space[c].uses, &use, sizeof use);
	plan_append(&b->space[c].waits, &wait, sizeof wait);
	bool ok = say_size(b, c, u, &client);
	plan_append(&server->clients, &client, sizeof client);
	return ok;
}

static uint32_t
startup_table(struct bytes *page, const struct bytes *table, size_t size, uint32_t *count)
{
	*count = (uint32_t)(table->size / size);
	return (uint32_t)(table->size > 0 ? plan_append(page, table->data, table->size)
	                                  : page->size);
}

static bool
write_startup(struct build *b, unsigned c)
{
	struct space *sp = &b->space[c];
	const struct component *k = &b->s->components[c];
	struct bytes page = { 0 };
	struct startup *st = &sp->startup;

	plan_grow(&page, sizeof *st);
	st->uses = startup_table(&page, &sp->uses, sizeof(struct startup_use), &st->use_count);
	st->clients = startup_table(&page, &sp->clients, sizeof(struct startup_client),
	                            &st->client_count);
	st->memories = startup_table(&page, &sp->memories, sizeof(struct startup_memory),
	                             &st->memory_count);
	st->irqs = startup_table(&page, &sp->irqs, sizeof(struct startup_irq), &st->irq_count);
	memcpy(page.data, st, sizeof *st);
	bool fits = page.size <= STARTUP_SIZE;
	if (fits) {
		uint64_t blob = plan_add_blob(b, page.data, page.size);
		plan_map_at(b, c, plan_add_region(b, PLAN_BLOB, page.size, blob, page.size),
		            STARTUP_ADDR, MEM_R, MEM_KEEP);
	}
	free(page.data);
	if (!fits)
		return scenario_error(b->s, k->at,
		                      "%s has too many sessions, clients or boot modules", k->name);
	if (sp->next_cap > CAP_MAX || sp->next > STACK_TOP - k->stack - PAGE)
		return scenario_error(b->s, k->at,
		                      "%s has more memory or capabilities than a task can hold",
		                      k->name);
	return true;
}

// Header, tables, blobs; offsets of blobs become offsets in the plan.
static void
assemble(struct build *b, struct bytes *out)
{
	struct plan head = { .magic = PLAN_MAGIC, .version = PLAN_VERSION };
	struct plan_table *tables = &head.components;
	size_t at = plan_grow(out, sizeof head);

	snprintf(head.scenario, sizeof head.scenario, "%s", b->s->name);
	for (unsigned t = 0; t < TABLES; t++) {
		tables[t].offset = (uint32_t)out->size;
		tables[t].count = (uint32_t)(b->table[t].size / plan_entry_size[t]);
		plan_append(out, b->table[t].data != NULL ? (const void *)b->table[t].data : "",
		       b->table[t].size);
	}
	plan_grow(out, plan_page_up(out->size) - out->size);
	size_t blobs = out->size;
	plan_append(out, b->blobs.data, b->blobs.size);
	head.size = out->size;
	head.memory = b->memory;
	for (unsigned c = 0; c < b->s->component_count; c++)
		head.quota += b->s->components[c].quota + SUBSYSTEM_QUOTA;
	memcpy(out->data + at, &head, sizeof head);
	struct plan_region *r = (struct plan_region *)(void *)(out->data + head.regions.offset);
	for (uint32_t i = 0; i < head.regions.count; i++)
		if (r[i].kind == PLAN_BLOB || (r[i].kind == PLAN_RAM && r[i].blob_size > 0))
			r[i].blob += blobs;
	struct plan_component *c =
		(struct plan_component *)(void *)(out->data + head.components.offset);
	for (uint32_t i = 0; i < head.components.count; i++)
		c[i].symbols += (uint32_t)blobs;
}

// init has room for so much.
static bool
check_room(struct build *b)
{
	unsigned shares = b->parent != NULL ? PLAN_SUBSYSTEMS_MAX : 1;
	size_t components = b->s->component_count;
	size_t caps = components * PLAN_CAPS_EACH +
		b->table[GATES].size / sizeof(struct plan_gate) +
		b->table[SIGNALS].size / sizeof(struct plan_signal);

	if (components <= PLAN_COMPONENTS_MAX / shares &&
	    b->table[REGIONS].size / sizeof(struct plan_region) <= PLAN_REGIONS_MAX / shares &&
	    caps < (CAP_MAX - PLAN_CAPS_FIRST) / shares)
		return true;
	return scenario_error(b->s, b->s->at, "more components (%zu), regions or sessions than "
	                      "init has room for", components);
}

static bool
build(struct build *b, struct bytes *out)
{
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (!plan_lay(b, c))
			return false;
	for (unsigned c = 0; c < b->s->component_count; c++)
		for (unsigned i = 0; i < b->s->components[c].use_count; i++)
			if (b->s->components[c].uses[i].of_parent)
				plan_connect_parent(b, c, i);
			else if (!connect(b, c, i))
				return false;
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (b->s->components[c].grows)
			plan_lay_rest(b, c);
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (!plan_lay_subsystems(b, c))
			return false;
	if (!check_room(b))
		return false;
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (!write_startup(b, c))
			return false;
	if (!plan_check_quota(b))
		return false;
	assemble(b, out);
	uint64_t ram = scenario_memory(b->s) + out->size;
	if (b->parent == NULL && ram + SCENARIO_RESERVE / 2 > b->s->machine)
		return scenario_error(b->s, b->s->at,
		                      "programs, boot modules and components take %lluK, too much "
		                      "for the machine's %lluK: set machine = \"128M\"",
		                      (unsigned long long)ram >> 10,
		                      (unsigned long long)b->s->machine >> 10);
	return true;
}

bool
plan_build(const struct plan_input *in, struct bytes *out)
{
	return plan_build_in(in, NULL, out);
}

bool
plan_build_in(const struct plan_input *in, const struct space *parent, struct bytes *out)
{
	struct build b = { .in = in, .s = in->scenario, .parent = parent };

	*out = (struct bytes){ 0 };
	b.space = calloc(b.s->component_count + 1, sizeof *b.space);
	b.image = calloc(in->program_count + 1, sizeof *b.image);
	b.module = calloc(in->module_count + 1, sizeof *b.module);
	bool ok = b.space != NULL && b.image != NULL && b.module != NULL && build(&b, out);
	for (unsigned c = 0; b.space != NULL && c < b.s->component_count; c++) {
		struct space *sp = &b.space[c];

		free(sp->uses.data), free(sp->clients.data), free(sp->memories.data),
			free(sp->irqs.data), free(sp->waits.data);
	}
	for (unsigned t = 0; t < TABLES; t++)
		free(b.table[t].data);
	free(b.blobs.data), free(b.space), free(b.image), free(b.module);
	return ok;
}
