// SPDX-License-Identifier: MIT
// Lays out what a component has of its own: program, stack, heap, boot modules,
// devices.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/plan_parts.h"

// Functions only: what a faulting instruction can be in.
static void
add_symbols(struct build *b, const struct elf_file *elf, struct image *im)
{
	struct bytes text = { 0 }, names = { 0 };
	uint32_t n = 0;

	plan_grow(&text, 4);
	for (unsigned i = 0; i < elf->symbol_count; i++) {
		const struct elf_symbol *y = &elf->symbol[i];

		for (unsigned j = 0; j < elf->count; j++)
			if ((elf->segment[j].rights & MEM_X) != 0 &&
			    y->addr >= elf->segment[j].addr &&
			    y->addr - elf->segment[j].addr < elf->segment[j].size) {
				uint32_t entry[2] = { (uint32_t)y->addr,
					              (uint32_t)plan_append(&names, y->name,
					                               strlen(y->name) + 1) };

				plan_append(&text, entry, sizeof entry);
				n++;
			}
	}
	for (unsigned j = 0; j < elf->count; j++)       // beyond the code there is nothing known
		if ((elf->segment[j].rights & MEM_X) != 0) {
			uint32_t entry[2] = {
				(uint32_t)(elf->segment[j].addr + elf->segment[j].size),
				(uint32_t)plan_append(&names, "?", 2) };

			plan_append(&text, entry, sizeof entry);
			n++;
		}
	memcpy(text.data, &n, 4);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t name;

		memcpy(&name, text.data + 4 + i * 8 + 4, 4);
		name += 4 + n * 8;
		memcpy(text.data + 4 + i * 8 + 4, &name, 4);
	}
	if (names.size > 0)
		plan_append(&text, names.data, names.size);
	im->symbols_size = text.size;
	im->symbols = plan_add_blob(b, text.data, text.size);
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
	scenario_error(b->s, k->at, "unknown program \"%s\": no local.mk makes one of that name",
	               k->program);
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
			return scenario_error(
				b->s, b->s->components[c].at,
				"program %s is linked to addresses outside of 0x%x to 0x%x",
				p->name, PROGRAM_ADDR, REGIONS_ADDR);
		if (!im->done)
			im->offset[i] = plan_add_blob(b, seg->data, seg->file_size);
		if (!writable && seg->file_size != seg->size)
			return scenario_error(b->s, b->s->components[c].at,
			                      "program %s has zeroed memory that is not writable",
			                      p->name);
		uint32_t region = writable ?
			plan_add_region(b, PLAN_RAM, seg->size, im->offset[i], seg->file_size) :
			plan_add_region(b, PLAN_BLOB, seg->size, im->offset[i], seg->file_size);
		plan_map_at(b, c, region, seg->addr, seg->rights, MEM_KEEP);
	}
	if (!im->done)
		add_symbols(b, &p->elf, im);
	im->done = true;
	pc->entry = p->elf.entry;
	pc->symbols = (uint32_t)im->symbols;
	pc->symbols_size = (uint32_t)im->symbols_size;
	return true;
}

void
plan_tell_memory(struct build *b, unsigned c, const struct startup_memory *m, const char *name)
{
	struct startup_memory named = *m;

	snprintf(named.name, sizeof named.name, "%s", name);
	plan_append(&b->space[c].memories, &named, sizeof named);
}

static void
tell_memory(struct build *b, unsigned c, const char *name, enum startup_memory_kind kind,
            uint64_t addr, uint64_t size, uint64_t physical)
{
	plan_tell_memory(b, c, &(struct startup_memory){ .kind = kind, .addr = addr, .size = size,
	                                                 .physical = physical }, name);
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
				b->module[j] = plan_add_blob(b, m->data, m->size) + 1;
			uint32_t region = plan_add_region(b, PLAN_BLOB, m->size > 0 ? m->size : 1,
			                             b->module[j] - 1, m->size);
			tell_memory(b, c, m->name, MEMORY_ROM,
			            plan_map(b, c, region, MEM_R, MEM_KEEP), m->size, 0);
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
		bool all = k->framebuffer_size > 0;
		uint64_t size = all ? k->framebuffer_size : SCENARIO_FRAMEBUFFER;
		uint32_t region = plan_add_region(b, PLAN_FRAMEBUFFER, size, all, 0);
		tell_memory(b, c, all ? "video-memory" : "framebuffer", MEMORY_DEVICE,
		            plan_map(b, c, region, MEM_RW, MEM_WC), size, 0);
	}
	for (unsigned i = 0; i < k->device_count; i++) {
		const struct device *d = &k->devices[i];
		uint32_t region = plan_add_region(b, PLAN_DEVICE, d->size, d->address, 0);
		// device memory starts where it starts
		((struct plan_region *)(void *)b->table[REGIONS].data)[region].align = 12;
		tell_memory(b, c, d->name, MEMORY_DEVICE,
		            plan_map(b, c, region, d->read_only ? MEM_R : MEM_RW,
		                     d->wc ? MEM_WC : MEM_UC), d->size, d->address);
	}
	if (k->dma > 0) {
		uint32_t region = plan_add_region(b, PLAN_RAM, k->dma, 0, 0);
		uint64_t addr = plan_map(b, c, region, MEM_RW, MEM_KEEP);

		b->space[c].dma_address = plan_add_region(b, PLAN_ADDRESS, PAGE, region, 0);
		tell_memory(b, c, "dma", MEMORY_DMA, addr, k->dma,
		            plan_map(b, c, b->space[c].dma_address, MEM_R, MEM_KEEP));
	}
	if (k->root_info)
		tell_memory(b, c, "root-info", MEMORY_ROOT_INFO,
		            plan_map(b, c, plan_add_region(b, PLAN_ROOT_INFO, PAGE, 0, 0), MEM_R,
		                     MEM_KEEP),
		            PAGE, 0);
	for (unsigned i = 0; i < k->irq_count; i++) {
		struct startup_irq tell = { k->irqs[i].line, b->space[c].next_cap++,
			                    k->irqs[i].line + 1 };
		struct plan_irq irq = { c, tell.line, tell.cap, 0, tell.label };

		plan_add(b, IRQS, &irq);
		plan_append(&b->space[c].irqs, &tell, sizeof tell);
	}
	for (unsigned i = 0; i < k->port_count; i++)
		for (unsigned first = k->ports[i].first, left = k->ports[i].count; left > 0; ) {
			uint32_t order = 0;

			while ((first & ((2u << order) - 1)) == 0 && 2u << order <= left)
				order++;
			struct plan_port p = { c, first, order, 0 };
			plan_add(b, PORTS, &p);
			first += 1u << order, left -= 1u << order;
		}
}

// What a component makes tasks or subsystems with: its own factory, and priorities below its own.
static void
give_factory(struct build *b, unsigned c)
{
	plan_add(b, CAPS, &(struct plan_cap){ c, STARTUP_FACTORY, PLAN_CAP_FACTORY,
	                                      0, CAP_SEND, 0 });
	plan_add(b, CAPS, &(struct plan_cap){ c, STARTUP_SCHEDULER, PLAN_CAP_SCHEDULER,
	                                      b->s->components[c].priority - 1, CAP_CTL, 0 });
}

// The last region: it gets what the others leave.
void
plan_lay_rest(struct build *b, unsigned c)
{
	uint64_t size = b->s->components[c].heap;

	tell_memory(b, c, "heap", MEMORY_REST,
	            plan_map(b, c, plan_add_region(b, PLAN_REST, size, 0, 0), MEM_RW, MEM_KEEP),
	            size, 0);
}

bool
plan_lay(struct build *b, unsigned c)
{
	const struct component *k = &b->s->components[c];
	struct plan_component pc = {
		.stack = STACK_TOP,
		.utcb = UTCB_ADDR,
		.quota = k->quota,
		.priority = k->priority,
		.slice = k->slice,
		.share = k->share,
		.flags = (k->trusted ? PLAN_COMPONENT_TRUSTED : 0u) |
		         (k->restart ? PLAN_COMPONENT_RESTART : 0u) |
		         (k->tsc ? PLAN_COMPONENT_COUNTER : 0u),
	};
	struct space *sp = &b->space[c];

	snprintf(pc.name, sizeof pc.name, "%s", k->name);
	sp->next = REGIONS_ADDR;
	sp->next_cap = FIRST_CAP;
	sp->startup.magic = STARTUP_MAGIC;
	snprintf(sp->startup.name, sizeof sp->startup.name, "%s", k->name);
	snprintf(sp->startup.title, sizeof sp->startup.title, "%s", b->s->title);
	if (k->argument != NULL)
		snprintf(sp->startup.argument, sizeof sp->startup.argument, "%s", k->argument);
	sp->startup.log = plan_give(b, c, PLAN_CAP_LOG, 0);
	if (k->own_thread || k->tasks || k->subsystem_count > 0)
		plan_add(b, CAPS, &(struct plan_cap){ c, STARTUP_OWN_THREAD, PLAN_CAP_THREAD, 0,
		                                      CAP_CTL, 0 });
	if (k->tasks || k->subsystem_count > 0)
		give_factory(b, c);
	if (!lay_program(b, c, &pc))
		return false;
	plan_map_at(b, c, plan_add_region(b, PLAN_RAM, k->stack, 0, 0), STACK_TOP - k->stack,
	            MEM_RW, MEM_KEEP);
	if (k->heap > 0 && !k->grows)
		tell_memory(b, c, "heap", MEMORY_HEAP,
		            plan_map(b, c, plan_add_region(b, PLAN_RAM, k->heap, 0, 0), MEM_RW,
		                     MEM_KEEP),
		            k->heap, 0);
	if (!lay_modules(b, c))
		return false;
	lay_devices(b, c);
	plan_add(b, COMPONENTS, &pc);
	return true;
}
