// SPDX-License-Identifier: MIT
// Ties a report to binaries: a hash over what each program loads, the proof that
// the boot plan contains just that, and what the plan gives each component.
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <plan/plan.h>
#include <sys/startup.h>
#include "tcb-report/report.h"
#include "tcb-report/sha256.h"
#include "tools/module_file.h"
#include "tools/plan_check.h"

struct file { unsigned char *data; size_t size; };

static bool
load(const char *path, struct file *out)
{
	FILE *f = fopen(path, "rb");
	long size = -1;

	*out = (struct file){ 0 };
	if (f == NULL)
		return false;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0)
		out->data = malloc((size_t)size + 1);
	rewind(f);
	if (out->data != NULL && fread(out->data, 1, (size_t)size, f) == (size_t)size)
		out->size = (size_t)size;
	fclose(f);
	return out->data != NULL && out->size == (size_t)size;
}

// Segment `i` of a program, if it is loaded and whole; false behind the last.
static bool
segment(const struct file *elf, unsigned i, Elf64_Phdr *out)
{
	Elf64_Ehdr h;

	if (elf->size < sizeof h)
		return false;
	memcpy(&h, elf->data, sizeof h);
	if (i >= h.e_phnum || h.e_phoff > elf->size ||
	    (elf->size - h.e_phoff) / sizeof *out <= i)
		return false;
	memcpy(out, elf->data + h.e_phoff + i * sizeof *out, sizeof *out);
	if (out->p_offset > elf->size || out->p_filesz > elf->size - out->p_offset)
		out->p_type = PT_NULL;
	return true;
}

// Over address, size in memory and content of each loaded segment, in order.
static void
hash_segments(const struct file *elf, char hex[65])
{
	struct sha256 s;
	Elf64_Phdr ph;

	sha256_init(&s);
	for (unsigned i = 0; segment(elf, i, &ph); i++)
		if (ph.p_type == PT_LOAD) {
			sha256_add(&s, &ph.p_vaddr, sizeof ph.p_vaddr);
			sha256_add(&s, &ph.p_memsz, sizeof ph.p_memsz);
			sha256_add(&s, elf->data + ph.p_offset, ph.p_filesz);
		}
	sha256_hex(&s, hex);
}

bool
image_hash(struct part *p, const char *path)
{
	struct file elf;
	bool ok = load(path, &elf);

	if (ok)
		hash_segments(&elf, p->hash);
	free(elf.data);
	return ok;
}

// Is what the plan maps there the same as in the program?
static bool
same_segment(const struct plan *plan, uint32_t c, const struct file *elf, const Elf64_Phdr *ph)
{
	for (uint32_t i = 0; i < plan->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(plan, mappings, plan_mapping, i);
		const struct plan_region *r = PLAN_ENTRY(plan, regions, plan_region, m->region);

		if (m->component == c && m->addr == ph->p_vaddr &&
		    (r->kind == PLAN_BLOB || r->kind == PLAN_RAM))
			return ph->p_filesz <= r->blob_size &&
			       memcmp((const char *)plan + r->blob, elf->data + ph->p_offset,
			              ph->p_filesz) == 0;
	}
	return false;
}

static bool
same_program(const struct plan *plan, uint32_t c, const char *path)
{
	struct file elf;
	Elf64_Phdr ph;
	bool same = load(path, &elf);

	for (unsigned i = 0; same && segment(&elf, i, &ph); i++)
		if (ph.p_type == PT_LOAD && ph.p_filesz > 0)
			same = same_segment(plan, c, &elf, &ph);
	free(elf.data);
	return same;
}

static void
count_rights(const struct plan *plan, uint32_t c, struct part *p)
{
	p->caps = p->mappings = 0;
	for (uint32_t i = 0; i < plan->caps.count; i++)
		p->caps += PLAN_ENTRY(plan, caps, plan_cap, i)->component == c;
	for (uint32_t i = 0; i < plan->irqs.count; i++)
		p->caps += PLAN_ENTRY(plan, irqs, plan_irq, i)->component == c;
	for (uint32_t i = 0; i < plan->mappings.count; i++)
		p->mappings += PLAN_ENTRY(plan, mappings, plan_mapping, i)->component == c;
}

// Does the startup page of component `c` give this text to its gui client?
static bool
shows_size(const struct plan *plan, uint32_t c, const struct part *client)
{
	for (uint32_t i = 0; i < plan->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(plan, mappings, plan_mapping, i);
		const struct plan_region *r = PLAN_ENTRY(plan, regions, plan_region, m->region);
		const char *page = (const char *)plan + r->blob;
		const struct startup *st = (const struct startup *)(const void *)page;
		const struct startup_client *k;

		if (m->component != c || m->addr != STARTUP_ADDR)
			continue;
		k = (const struct startup_client *)(const void *)(page + st->clients);
		for (uint32_t j = 0; j < st->client_count; j++)
			if (strcmp(k[j].label, client->label) == 0)
				return strcmp(k[j].tcb, client->rests_on_text) == 0;
	}
	return false;
}

// What the user sees in X-ray mode must be what this report says.
static bool
shows_sizes(const struct plan *plan, const struct report *r, uint32_t c)
{
	const struct component *k = &r->scenario->components[c];

	for (unsigned i = 0; i < k->use_count; i++)
		if (strcmp(k->uses[i].type->name, "gui") == 0 && !k->uses[i].relayed &&
		    !shows_size(plan, k->uses[i].server, &r->parts[PART_FIRST + c]))
			return false;
	return true;
}

bool
image_read(struct report *r, const char *build, char why[512])
{
	char path[512];
	struct file f;
	struct sha256 s;

	snprintf(path, sizeof path, "%s/%s/plan", build, r->scenario->name);
	if (!load(path, &f)) {
		free(f.data);
		return true;            // not built yet: nothing is said about it
	}
	const struct plan *plan = (const struct plan *)(const void *)f.data;
	size_t size = module_size(f.data, f.size);
	const char *bad = size == 0 ? "damaged; make it again" : plan_check(plan, size);
	if (bad == NULL && plan->components.count != r->scenario->component_count)
		bad = "not made of this scenario";
	for (uint32_t c = 0; bad == NULL && c < plan->components.count; c++) {
		struct part *p = &r->parts[PART_FIRST + c];

		snprintf(why, 512, "%s/target/%s.elf", build, p->program);
		if (strcmp(PLAN_ENTRY(plan, components, plan_component, c)->name, p->name) != 0)
			bad = "not made of this scenario";
		else if (!same_program(plan, c, why))
			bad = "contains another program than was counted; make it again";
		else if (!shows_sizes(plan, r, c))
			bad = "shows other sizes in X-ray mode than were counted; make it again";
		else
			count_rights(plan, c, p);
	}
	sha256_init(&s);
	sha256_add(&s, f.data, f.size);
	sha256_hex(&s, r->plan_hash);
	free(f.data);
	if (bad != NULL)
		snprintf(why, 512, "%.380s: %.100s", path, bad);
	return bad == NULL;
}
