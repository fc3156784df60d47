// SPDX-License-Identifier: MIT
// Makes the boot plan: one pass over the components lays out their own memory,
// a second one connects clients and servers, a third writes what each finds in
// its startup page.  Tables grow apart and are put together at the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <plan/plan.h>
#include <sys/startup.h>
#include "tools/plan_build.h"

enum { PAGE = 4096, SUPERPAGE = 2 << 20, FIRST_CAP = 8, FRAMEBUFFER_MAX = 16 << 20 };

enum table { COMPONENTS, REGIONS, MAPPINGS, GATES, SIGNALS, IRQS, CAPS, PORTS, TABLES };
static const size_t entry_size[TABLES] = {
	sizeof(struct plan_component), sizeof(struct plan_region), sizeof(struct plan_mapping),
	sizeof(struct plan_gate), sizeof(struct plan_signal), sizeof(struct plan_irq),
	sizeof(struct plan_cap), sizeof(struct plan_port),
};

// What is known of a component while the plan grows.
struct space {
	uint64_t next;                  // first free address for regions
	cap_t next_cap;
	struct startup startup;
	struct bytes uses, clients, memories, irqs;
};

// Blobs of a program, made once however many components run it.
struct image {
	uint64_t offset[ELF_SEGMENTS], symbols, symbols_size;
	bool done;
};

struct build {
	const struct plan_input *in;
	struct scenario *s;
	struct bytes table[TABLES], blobs;      // offsets into blobs until they are placed
	struct space *space;
	struct image *image;
	uint64_t *module;               // offset + 1 of those already in
};

static uint64_t
page_up(uint64_t n)
{
	return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

// Appends zeroed room and returns its offset.
static size_t
grow(struct bytes *b, size_t size)
{
	size_t at = b->size;

	if (size > b->room - b->size) {
		b->room = (b->size + size) * 2;
		b->data = realloc(b->data, b->room);
		if (b->data == NULL)
			exit((perror("plan"), 1));
	}
	memset(b->data + at, 0, size);
	b->size += size;
	return at;
}

static size_t
append(struct bytes *b, const void *data, size_t size)
{
	size_t at = grow(b, size);

	memcpy(b->data + at, data, size);
	return at;
}

static uint32_t
add(struct build *b, enum table t, const void *entry)
{
	return (uint32_t)(append(&b->table[t], entry, entry_size[t]) / entry_size[t]);
}

// Page-aligned, zero-padded; returns the offset among the blobs.
static uint64_t
add_blob(struct build *b, const void *data, uint64_t size)
{
	size_t at = grow(&b->blobs, page_up(size > 0 ? size : 1));

	if (size > 0)
		memcpy(b->blobs.data + at, data, size);
	return at;
}

static uint32_t
add_region(struct build *b, enum plan_region_kind kind, uint64_t size, uint64_t blob, uint64_t blob_size)
{
	struct plan_region r = { kind, size >= SUPERPAGE && kind != PLAN_BLOB ? 21 : 12,
	                         page_up(size), blob, blob_size };

	return add(b, REGIONS, &r);
}

static void
map_at(struct build *b, unsigned c, uint32_t region, uint64_t addr, unsigned rights, enum mem_cache cache)
{
	struct plan_mapping m = { c, region, addr, rights, cache };

	add(b, MAPPINGS, &m);
}

// At the next free address; big regions where super pages fit.
static uint64_t
map(struct build *b, unsigned c, uint32_t region, unsigned rights, enum mem_cache cache)
{
	struct space *sp = &b->space[c];
	const struct plan_region *r = (struct plan_region *)(void *)b->table[REGIONS].data + region;
	uint64_t align = 1ull << r->align;

	sp->next = (sp->next + align - 1) & ~(align - 1);
	uint64_t addr = sp->next;
	map_at(b, c, region, addr, rights, cache);
	sp->next += r->size + PAGE;             // a hole, so that overruns fault
	return addr;
}

static cap_t
give(struct build *b, unsigned c, enum plan_cap_kind kind, uint32_t object)
{
	struct plan_cap cap = { c, b->space[c].next_cap++, kind, object, CAP_SEND, 0 };

	add(b, CAPS, &cap);
	return cap.index;
}

// Functions only: what a faulting instruction can be in.
static void
add_symbols(struct build *b, const struct elf_file *elf, struct image *im)
{
	struct bytes text = { 0 }, names = { 0 };
	uint32_t n = 0;

	grow(&text, 4);
	for (unsigned i = 0; i < elf->symbol_count; i++) {
		const struct elf_symbol *y = &elf->symbol[i];

		for (unsigned j = 0; j < elf->count; j++)
			if ((elf->segment[j].rights & MEM_X) != 0 && y->addr >= elf->segment[j].addr &&
			    y->addr - elf->segment[j].addr < elf->segment[j].size) {
				uint32_t entry[2] = { (uint32_t)y->addr,
				                      (uint32_t)append(&names, y->name, strlen(y->name) + 1) };

				append(&text, entry, sizeof entry);
				n++;
			}
	}
	memcpy(text.data, &n, 4);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t name;

		memcpy(&name, text.data + 4 + i * 8 + 4, 4);
		name += 4 + n * 8;
		memcpy(text.data + 4 + i * 8 + 4, &name, 4);
	}
	if (names.size > 0)
		append(&text, names.data, names.size);
	im->symbols_size = text.size;
	im->symbols = add_blob(b, text.data, text.size);
	free(text.data), free(names.data);
}

static const struct plan_program *
find_program(struct build *b, const struct component *k, struct image **im)
{
	for (unsigned i = 0; i < b->in->program_count; i++)
		if (strcmp(b->in->programs[i].name, k->program) == 0) {
			*im = &b->image[i];
			return &b->in->programs[i];
		}
	scenario_error(b->s, k->at, "unknown program \"%s\"", k->program);
	return NULL;
}

// Segments: constants and code straight from the plan, data as a copy of its own.
static bool
lay_program(struct build *b, unsigned c, struct plan_component *pc)
{
	struct image *im = NULL;
	const struct plan_program *p = find_program(b, &b->s->components[c], &im);

	if (p == NULL)
		return false;
	for (unsigned i = 0; i < p->elf.count; i++) {
		const struct elf_segment *seg = &p->elf.segment[i];
		bool writable = (seg->rights & MEM_W) != 0;

		if (seg->addr < PROGRAM_ADDR || seg->addr + seg->size > REGIONS_ADDR)
			return scenario_error(b->s, b->s->components[c].at,
			                      "program %s is linked to addresses outside of 0x%x to 0x%x",
			                      p->name, PROGRAM_ADDR, REGIONS_ADDR);
		if (!im->done)
			im->offset[i] = add_blob(b, seg->data, seg->file_size);
		if (!writable && seg->file_size != seg->size)
			return scenario_error(b->s, b->s->components[c].at,
			                      "program %s has zeroed memory that is not writable", p->name);
		uint32_t region = writable ?
			add_region(b, PLAN_RAM, seg->size, im->offset[i], seg->file_size) :
			add_region(b, PLAN_BLOB, seg->size, im->offset[i], seg->file_size);
		map_at(b, c, region, seg->addr, seg->rights, MEM_KEEP);
	}
	if (!im->done)
		add_symbols(b, &p->elf, im);
	im->done = true;
	pc->entry = p->elf.entry;
	pc->symbols = (uint32_t)im->symbols;
	pc->symbols_size = (uint32_t)im->symbols_size;
	return true;
}

static void
tell_memory(struct build *b, unsigned c, const char *name, enum startup_memory_kind kind,
            uint64_t addr, uint64_t size)
{
	struct startup_memory m = { .kind = kind, .addr = addr, .size = size };

	snprintf(m.name, sizeof m.name, "%s", name);
	append(&b->space[c].memories, &m, sizeof m);
}

static bool
lay_modules(struct build *b, unsigned c)
{
	const struct component *k = &b->s->components[c];

	for (unsigned i = 0; i < k->module_count; i++) {
		bool found = k->modules[i][0] == '?';

		for (unsigned j = 0; j < b->in->module_count; j++) {
			const struct plan_module *m = &b->in->modules[j];

			if (!module_matches(k->modules[i], m->name))
				continue;
			found = true;
			if (b->module[j] == 0)
				b->module[j] = add_blob(b, m->data, m->size) + 1;
			uint32_t region = add_region(b, PLAN_BLOB, m->size > 0 ? m->size : 1,
			                             b->module[j] - 1, m->size);
			tell_memory(b, c, m->name, MEMORY_ROM, map(b, c, region, MEM_R, MEM_KEEP), m->size);
		}
		if (!found)
			return scenario_error(b->s, k->at, "there is no boot module \"%s\" for %s",
			                      k->modules[i], k->name);
	}
	return true;
}

static void
lay_devices(struct build *b, unsigned c)
{
	const struct component *k = &b->s->components[c];

	if (k->framebuffer) {
		uint32_t region = add_region(b, PLAN_FRAMEBUFFER, FRAMEBUFFER_MAX, 0, 0);
		tell_memory(b, c, "framebuffer", MEMORY_DEVICE, map(b, c, region, MEM_RW, MEM_WC), FRAMEBUFFER_MAX);
	}
	for (unsigned i = 0; i < k->device_count; i++) {
		const struct device *d = &k->devices[i];
		uint32_t region = add_region(b, PLAN_DEVICE, d->size, d->address, 0);
		// device memory starts where it starts
		((struct plan_region *)(void *)b->table[REGIONS].data)[region].align = 12;
		tell_memory(b, c, d->name, MEMORY_DEVICE,
		            map(b, c, region, MEM_RW, d->wc ? MEM_WC : MEM_UC), d->size);
	}
	if (k->root_info)
		tell_memory(b, c, "root-info", MEMORY_ROOT_INFO,
		            map(b, c, add_region(b, PLAN_ROOT_INFO, PAGE, 0, 0), MEM_R, MEM_KEEP), PAGE);
	for (unsigned i = 0; i < k->irq_count; i++) {
		struct startup_irq tell = { k->irqs[i].line, b->space[c].next_cap++, k->irqs[i].line + 1 };
		struct plan_irq irq = { c, tell.line, tell.cap, 0, tell.label };

		add(b, IRQS, &irq);
		append(&b->space[c].irqs, &tell, sizeof tell);
	}
	for (unsigned i = 0; i < k->port_count; i++)
		for (unsigned first = k->ports[i].first, left = k->ports[i].count; left > 0; ) {
			uint32_t order = 0;

			while ((first & ((2u << order) - 1)) == 0 && 2u << order <= left)
				order++;
			struct plan_port p = { c, first, order, 0 };
			add(b, PORTS, &p);
			first += 1u << order, left -= 1u << order;
		}
}

static bool
lay_component(struct build *b, unsigned c)
{
	const struct component *k = &b->s->components[c];
	struct plan_component pc = {
		.stack = STACK_TOP, .utcb = UTCB_ADDR, .quota = k->quota,
		.priority = k->priority, .slice = k->slice,
		.flags = (k->trusted ? PLAN_COMPONENT_TRUSTED : 0u) | (k->restart ? PLAN_COMPONENT_RESTART : 0u),
	};
	struct space *sp = &b->space[c];

	snprintf(pc.name, sizeof pc.name, "%s", k->name);
	sp->next = REGIONS_ADDR;
	sp->next_cap = FIRST_CAP;
	sp->startup.magic = STARTUP_MAGIC;
	snprintf(sp->startup.name, sizeof sp->startup.name, "%s", k->name);
	snprintf(sp->startup.title, sizeof sp->startup.title, "%s", b->s->title);
	sp->startup.log = give(b, c, PLAN_CAP_LOG, 0);
	if (!lay_program(b, c, &pc))
		return false;
	map_at(b, c, add_region(b, PLAN_RAM, k->stack, 0, 0), STACK_TOP - k->stack, MEM_RW, MEM_KEEP);
	if (k->heap > 0)
		tell_memory(b, c, "heap", MEMORY_HEAP,
		            map(b, c, add_region(b, PLAN_RAM, k->heap, 0, 0), MEM_RW, MEM_KEEP), k->heap);
	if (!lay_modules(b, c))
		return false;
	lay_devices(b, c);
	add(b, COMPONENTS, &pc);
	return true;
}

static uint32_t
add_signal(struct build *b, unsigned waiter, uint64_t label)
{
	struct plan_signal s = { waiter, 0, label };

	return add(b, SIGNALS, &s);
}

static void
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

	snprintf(use.name, sizeof use.name, "%s", u->name);
	snprintf(use.type, sizeof use.type, "%s", u->type->name);
	snprintf(client.type, sizeof client.type, "%s", u->type->name);
	snprintf(client.label, sizeof client.label, "%s", u->label);
	client.flags = (k->trusted ? STARTUP_CLIENT_TRUSTED : 0u) | (u->hover ? STARTUP_CLIENT_HOVER : 0u) |
		(u->kill_destroys ? STARTUP_CLIENT_KILL_DESTROYS : 0u) |
		(u->background ? STARTUP_CLIENT_BACKGROUND : 0u);
	use.gate = give(b, c, PLAN_CAP_GATE, add(b, GATES, &gate));
	if (u->type->up)
		use.signal = give(b, c, PLAN_CAP_SIGNAL, add_signal(b, u->server, id));
	if (u->type->down)
		client.signal = give(b, u->server, PLAN_CAP_SIGNAL, add_signal(b, c, index + 1));
	if (u->shared > 0) {
		uint32_t region = add_region(b, PLAN_RAM, u->shared, 0, 0);
		use.shared = map(b, c, region, MEM_RW, MEM_KEEP);
		client.shared = map(b, u->server, region, MEM_RW, MEM_KEEP);
	}
	if (u->private > 0)
		client.private = map(b, u->server, add_region(b, PLAN_RAM, u->private, 0, 0), MEM_RW, MEM_KEEP);
	append(&b->space[c].uses, &use, sizeof use);
	append(&server->clients, &client, sizeof client);
}

static uint32_t
startup_table(struct bytes *page, const struct bytes *table, size_t size, uint32_t *count)
{
	*count = (uint32_t)(table->size / size);
	return (uint32_t)(table->size > 0 ? append(page, table->data, table->size) : page->size);
}

static bool
write_startup(struct build *b, unsigned c)
{
	struct space *sp = &b->space[c];
	const struct component *k = &b->s->components[c];
	struct bytes page = { 0 };
	struct startup *st = &sp->startup;

	grow(&page, sizeof *st);
	st->uses = startup_table(&page, &sp->uses, sizeof(struct startup_use), &st->use_count);
	st->clients = startup_table(&page, &sp->clients, sizeof(struct startup_client), &st->client_count);
	st->memories = startup_table(&page, &sp->memories, sizeof(struct startup_memory), &st->memory_count);
	st->irqs = startup_table(&page, &sp->irqs, sizeof(struct startup_irq), &st->irq_count);
	memcpy(page.data, st, sizeof *st);
	bool fits = page.size <= STARTUP_SIZE;
	if (fits) {
		uint64_t blob = add_blob(b, page.data, page.size);
		map_at(b, c, add_region(b, PLAN_BLOB, page.size, blob, page.size), STARTUP_ADDR, MEM_R, MEM_KEEP);
	}
	free(page.data);
	if (!fits)
		return scenario_error(b->s, k->at, "%s has too many sessions, clients or boot modules", k->name);
	if (sp->next_cap > CAP_MAX || sp->next > STACK_TOP - k->stack - PAGE)
		return scenario_error(b->s, k->at, "%s has more memory or capabilities than a task can hold", k->name);
	return true;
}

// Header, tables, blobs; offsets of blobs become offsets in the plan.
static void
assemble(struct build *b, struct bytes *out)
{
	struct plan head = { .magic = PLAN_MAGIC, .version = PLAN_VERSION };
	struct plan_table *tables = &head.components;
	size_t at = grow(out, sizeof head);

	snprintf(head.scenario, sizeof head.scenario, "%s", b->s->name);
	for (unsigned t = 0; t < TABLES; t++) {
		tables[t].offset = (uint32_t)out->size;
		tables[t].count = (uint32_t)(b->table[t].size / entry_size[t]);
		append(out, b->table[t].data != NULL ? (const void *)b->table[t].data : "", b->table[t].size);
	}
	grow(out, page_up(out->size) - out->size);
	size_t blobs = out->size;
	append(out, b->blobs.data, b->blobs.size);
	head.size = out->size;
	memcpy(out->data + at, &head, sizeof head);
	struct plan_region *r = (struct plan_region *)(void *)(out->data + head.regions.offset);
	for (uint32_t i = 0; i < head.regions.count; i++)
		if (r[i].kind == PLAN_BLOB || (r[i].kind == PLAN_RAM && r[i].blob_size > 0))
			r[i].blob += blobs;
	struct plan_component *c = (struct plan_component *)(void *)(out->data + head.components.offset);
	for (uint32_t i = 0; i < head.components.count; i++)
		c[i].symbols += (uint32_t)blobs;
}

static bool
build(struct build *b, struct bytes *out)
{
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (!lay_component(b, c))
			return false;
	for (unsigned c = 0; c < b->s->component_count; c++)
		for (unsigned i = 0; i < b->s->components[c].use_count; i++)
			connect(b, c, i);
	for (unsigned c = 0; c < b->s->component_count; c++)
		if (!write_startup(b, c))
			return false;
	assemble(b, out);
	uint64_t ram = scenario_memory(b->s) + out->size;
	if (ram + SCENARIO_RESERVE / 2 > b->s->machine)
		return scenario_error(b->s, b->s->at,
		                      "programs, boot modules and components take %lluK, too much for the machine's %lluK",
		                      (unsigned long long)ram >> 10, (unsigned long long)b->s->machine >> 10);
	return true;
}

bool
plan_build(const struct plan_input *in, struct bytes *out)
{
	struct build b = { .in = in, .s = in->scenario };

	*out = (struct bytes){ 0 };
	b.space = calloc(b.s->component_count + 1, sizeof *b.space);
	b.image = calloc(in->program_count + 1, sizeof *b.image);
	b.module = calloc(in->module_count + 1, sizeof *b.module);
	bool ok = b.space != NULL && b.image != NULL && b.module != NULL && build(&b, out);
	for (unsigned c = 0; b.space != NULL && c < b.s->component_count; c++) {
		struct space *sp = &b.space[c];

		free(sp->uses.data), free(sp->clients.data), free(sp->memories.data), free(sp->irqs.data);
	}
	for (unsigned t = 0; t < TABLES; t++)
		free(b.table[t].data);
	free(b.blobs.data), free(b.space), free(b.image), free(b.module);
	return ok;
}
