// SPDX-License-Identifier: MIT
// Sums up what the parts of a scenario are made of, per goal.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tcb-report/report.h"

static unsigned long
count_bits(const unsigned char *bits, unsigned size)
{
	unsigned long n = 0;

	for (unsigned i = 0; i < size; i++)
		n += (unsigned long)__builtin_popcount(bits[i]);
	return n;
}

unsigned long
report_linked(const struct source *src, const unsigned char *linked)
{
	return count_bits(linked, report_bitmap(src));
}

static void
add_to(struct sum *sum, const struct source *src, const unsigned char *linked)
{
	const struct lines *n = &src->lines;

	sum->files++;
	sum->linked += report_linked(src, linked);
	sum->lines.code += n->code;
	sum->lines.comment += n->comment;
	sum->lines.blank += n->blank;
	sum->header += src->language == SOURCE_HEADER ? n->code : 0;
	sum->assembly += src->language == SOURCE_ASSEMBLY ? n->code : 0;
}

struct sum
report_part(const struct report *r, unsigned part, enum source_kind kind)
{
	struct sum sum = { 0 };

	for (unsigned i = 0; i < r->parts[part].source_count; i++) {
		const struct source *src = &r->sources[r->parts[part].sources[i]];
		if (src->kind == kind)
			add_to(&sum, src, r->parts[part].linked[i]);
	}
	return sum;
}

static struct sum *
sum_for(struct goal_report *g, const struct source *src)
{
	if (src->kind != SOURCE_THIRD_PARTY)
		return src->kind == SOURCE_OWN ? &g->own : &g->generated;
	for (unsigned i = 0; i < g->package_count; i++)
		if (strcmp(g->package[i].name, src->package) == 0)
			return &g->package[i].sum;
	if (g->package_count == PACKAGES)
		exit((fputs("tcb-report: more third-party packages than it has room for\n", stderr),
		      1));
	memcpy(g->package[g->package_count].name, src->package, sizeof src->package);
	g->package[g->package_count].whole = src->whole;
	return &g->package[g->package_count++].sum;
}

// What members have of one source, put together; false if none has it.
static bool
union_of(const struct report *r, const struct goal_report *g, unsigned source,
         unsigned char *linked)
{
	unsigned size = report_bitmap(&r->sources[source]);
	bool found = false;

	memset(linked, 0, size);
	for (unsigned p = 0; p < r->part_count; p++)
		for (unsigned i = 0; g->member[p] && i < r->parts[p].source_count; i++)
			if (r->parts[p].sources[i] == source) {
				found = true;
				for (unsigned j = 0; j < size; j++)
					linked[j] |= r->parts[p].linked[i][j];
			}
	return found;
}

// Each file once, however many members contain it.
static void
sum_goal(const struct report *r, struct goal_report *g)
{
	for (unsigned i = 0; i < r->source_count; i++) {
		const struct source *src = &r->sources[i];
		unsigned char *linked = malloc(report_bitmap(src));

		if (linked == NULL)
			exit((perror("tcb-report"), 1));
		if (union_of(r, g, i, linked))
			add_to(sum_for(g, src), src, linked);
		free(linked);
	}
	for (unsigned c = 0; g->goal->property == AVAILABILITY && c < r->scenario->component_count;
	     c++)
		g->share += share_before(r->scenario, g->member, c);
	for (unsigned p = 0; p < r->part_count; p++) {
		const struct part *part = &r->parts[p];

		if (!g->member[p])
			continue;
		g->text += part->sizes.text + part->sizes.rodata;
		g->data += part->sizes.data + part->sizes.bss;
		if (!part->trusted && r->scenario->components[g->goal->holder].trusted)
			g->violation = part->name;
	}
}

// Parts and closures: what the scenario alone says.
static bool
draft(struct report *r, struct scenario *s)
{
	*r = (struct report){ .scenario = s, .goal_count = s->goal_count,
		.part_count = PART_FIRST + s->component_count };
	r->parts = calloc(r->part_count, sizeof *r->parts);
	r->goals = calloc(r->goal_count + 1, sizeof *r->goals);
	if (r->parts == NULL || r->goals == NULL)
		return false;
	r->parts[PART_KERNEL] =
		(struct part){ .name = "kernel", .program = "kernel", .trusted = true };
	r->parts[PART_INIT] = (struct part){ .name = "init", .program = "init", .trusted = true };
	for (unsigned i = 0; i < s->component_count; i++)
		r->parts[PART_FIRST + i] = (struct part){ .name = s->components[i].name,
			.program = s->components[i].program, .trusted = s->components[i].trusted };
	for (unsigned i = 0; i < r->goal_count; i++) {
		struct goal_report *g = &r->goals[i];

		g->goal = &s->goals[i];
		g->member = calloc(r->part_count, sizeof *g->member);
		g->reason = calloc(r->part_count, sizeof *g->reason);
		if (g->member == NULL || g->reason == NULL)
			return false;
		closure(s, g->goal, g->member, g->reason);
		for (unsigned c = 0; c < s->component_count; c++)
			if (!g->member[PART_FIRST + c])
				why_not(s, g->goal, g->member, c, g->reason[PART_FIRST + c]);
	}
	return true;
}

// What the X-ray mode says of a component.
static bool
size_part(struct part *p, const struct scenario *s, unsigned c, const char *build)
{
	const struct component *k = &s->components[c];

	for (unsigned i = 0; i < k->use_count; i++)
		if (strcmp(k->uses[i].type->name, "gui") == 0 && !k->uses[i].relayed)
			p->label = k->uses[i].label;
	if (!tcb_size(s, c, build, &p->rests_on))
		return false;
	tcb_size_text(p->rests_on, p->rests_on_text);
	return true;
}

bool
report_make(struct report *r, struct scenario *s, const char *build, char why[512])
{
	char plain[512];

	if (!draft(r, s))
		return report_fail(why, s->name, "out of memory");
	if (build == NULL)
		return true;
	for (unsigned i = 0; i < r->part_count; i++)
		if (!part_read(r, &r->parts[i], build, i == PART_KERNEL ? scenario_kernel(s) :
		               "target", why))
			return false;
	snprintf(plain, sizeof plain, "%s/" SCENARIO_KERNEL "/kernel.srcs", build);
	if (!part_beyond(r, &r->parts[PART_KERNEL], plain, &r->virtualization, why))
		return false;
	complexity_measure(r);
	whole_measure(r, build);
	for (unsigned i = 0; i < r->goal_count; i++)
		sum_goal(r, &r->goals[i]);
	for (unsigned c = 0; c < s->component_count; c++)
		if (!size_part(&r->parts[PART_FIRST + c], s, c, build))
			return report_fail(why, s->components[c].name, strerror(errno));
	return baselines_read(r, why) && image_read(r, build, why);
}

void
report_free(struct report *r)
{
	for (unsigned i = 0; r->parts != NULL && i < r->part_count; i++) {
		struct part *p = &r->parts[i];

		for (unsigned j = 0; p->linked != NULL && j < p->source_count; j++)
			free(p->linked[j]);
		free(p->linked), free(p->sources);
	}
	for (unsigned i = 0; i < r->source_count; i++)
		free(r->sources[i].path);
	for (unsigned i = 0; r->goals != NULL && i < r->goal_count; i++)
		free(r->goals[i].member), free(r->goals[i].reason);
	free(r->parts), free(r->sources), free(r->goals);
}
