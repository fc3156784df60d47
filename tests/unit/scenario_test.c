// SPDX-License-Identifier: MIT
// Scenario files and the plans made of them: each bad file gets its message,
// good ones make plans that hold what was asked for, and the plan checker sees
// what is wrong with a damaged plan.  Long: a list of cases.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <abi/msg.h>
#include <sys/startup_memory.h>
#include "tests/unit/tiny_elf.h"
#include "tools/plan_build.h"
#include "tools/plan_check.h"

static struct plan_program programs[] = { { .name = "good" }, { .name = "subsystems" } };
static const unsigned char key[] = "key bytes", mail[5000] = "mail bytes";
static struct plan_module modules[] = {
	{ "key", key, sizeof key }, { "mail/a", mail, sizeof mail }, { "mail/b", key, 0 },
};

static int
setup(void **state)
{
	char path[] = "/tmp/scenario-test-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(write(fd, tiny_elf(), TINY_ELF_SIZE) == TINY_ELF_SIZE);
	close(fd);
	assert_null(elf_open(&programs[0].elf, path));
	unlink(path);
	programs[1].elf = programs[0].elf;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	elf_close(&programs[0].elf);
	return 0;
}

// The error of scenario and plan, or "".
static struct plan *
compile(const char *path, char error[512], size_t *size)
{
	static struct scenario s;
	struct plan_input in = { &s, programs, modules, 2, 3, NULL };
	struct bytes out = { 0 };
	bool ok = scenario_open(&s, path) && plan_build(&in, &out);

	snprintf(error, 512, "%s", s.error);
	scenario_close(&s);
	if (ok)
		assert_string_equal(error, "");
	else
		free(out.data), out.data = NULL;
	*size = out.size;
	return (struct plan *)(void *)out.data;
}

static void
bad_files_get_their_message(void **state)
{
	DIR *d = opendir("tests/scenario");
	unsigned n = 0;

	(void)state;
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL; ) {
		char path[512], want[512], got[512];
		size_t length = strlen(e->d_name), size;

		if (strncmp(e->d_name, "bad-", 4) != 0 ||
		    strcmp(e->d_name + length - 4, ".cfg") != 0)
			continue;
		snprintf(path, sizeof path, "tests/scenario/%.*s.err", (int)length - 4, e->d_name);
		FILE *f = fopen(path, "r");
		assert_non_null(f);
		assert_non_null(fgets(want, sizeof want, f));
		fclose(f);
		want[strcspn(want, "\n")] = '\0';
		snprintf(path, sizeof path, "tests/scenario/%s", e->d_name);
		struct plan *p = compile(path, got, &size);
		free(p);
		assert_string_equal(got, want);
		n++;
	}
	closedir(d);
	assert_true(n >= 80);
}

static struct plan *
good(size_t *size)
{
	char error[512];
	struct plan *p = compile("tests/scenario/good.cfg", error, size);

	assert_string_equal(error, "");
	assert_non_null(p);
	return p;
}

// A scenario may bring session types of its own, with memory and signals as it says.
static void
scenarios_have_session_types_of_their_own(void **state)
{
	struct scenario s;

	(void)state;
	assert_true(scenario_open(&s, "tests/scenario/own-session.cfg"));
	const struct use *u = &s.components[2].uses[1];
	assert_string_equal(u->type->name, "notes");
	assert_true(u->type == s.components[0].serves[1] && u->shared == 64 << 10);
	assert_true(u->type->down && !u->type->up && !u->type->donated && !u->type->named);
	scenario_close(&s);
	// of what its client donates, the server keeps its part
	assert_true(scenario_open(&s, "tests/scenario/own-session-donated.cfg"));
	u = &s.components[2].uses[1];
	assert_true(u->type->donated && u->private == 8 << 10 && u->shared == 16 << 10);
	scenario_close(&s);
}

// The startup page of a component, found through the mapping table.
static const struct startup *
startup_of(const struct plan *p, uint32_t component)
{
	for (uint32_t i = 0; i < p->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);
		const struct plan_region *r = PLAN_ENTRY(p, regions, plan_region, m->region);

		if (m->component == component && m->addr == STARTUP_ADDR) {
			assert_int_equal(r->kind, PLAN_BLOB);
			return (const struct startup *)(const void *)((const char *)p + r->blob);
		}
	}
	return NULL;
}

#define TABLE(st, offset, type) \
	((const struct type *)(const void *)((const char *)(st) + (st)->offset))

static uint32_t
region_at(const struct plan *p, uint32_t component, uint64_t addr)
{
	for (uint32_t i = 0; i < p->mappings.count; i++) {
		const struct plan_mapping *m = PLAN_ENTRY(p, mappings, plan_mapping, i);
		if (m->component == component && m->addr == addr)
			return m->region;
	}
	return ~0u;
}

static const struct plan_cap *
cap_at(const struct plan *p, uint32_t component, uint32_t index)
{
	for (uint32_t i = 0; i < p->caps.count; i++) {
		const struct plan_cap *c = PLAN_ENTRY(p, caps, plan_cap, i);
		if (c->component == component && c->index == index)
			return c;
	}
	return NULL;
}

// Every session has a gate to the right server under the client's id, a signal
// back under the use's label, and memory that is the same on both sides.
static void
sessions_connect_both_sides(void **state)
{
	size_t size;
	struct plan *p = good(&size);
	const struct startup *server = startup_of(p, 0);
	const struct startup_client *clients = TABLE(server, clients, startup_client);
	uint32_t id = 0;

	(void)state;
	assert_null(plan_check(p, size));
	assert_int_equal(server->client_count, 3);
	for (uint32_t c = 1; c <= 2; c++) {
		const struct startup *st = startup_of(p, c);
		const struct startup_use *uses = TABLE(st, uses, startup_use);

		assert_int_equal(st->magic, STARTUP_MAGIC);
		assert_string_equal(st->title, "Good");
		assert_int_equal(cap_at(p, c, st->log)->kind, PLAN_CAP_LOG);
		for (uint32_t i = 0; i < st->use_count; i++, id++) {
			const struct plan_cap *gate = cap_at(p, c, uses[i].gate);
			const struct plan_cap *back = cap_at(p, 0, clients[id].signal);

			assert_int_equal(clients[id].id, id + 1);
			assert_int_equal(gate->kind, PLAN_CAP_GATE);
			assert_int_equal(PLAN_ENTRY(p, gates, plan_gate, gate->object)->server, 0);
			assert_int_equal(PLAN_ENTRY(p, gates, plan_gate, gate->object)->label,
			                 id + 1);
			assert_int_equal(uses[i].label, i + 1);
			assert_int_equal(back->kind, PLAN_CAP_SIGNAL);
			assert_int_equal(PLAN_ENTRY(p, signals, plan_signal, back->object)->waiter,
			                 c);
			assert_int_equal(PLAN_ENTRY(p, signals, plan_signal, back->object)->label,
			                 i + 1);
			assert_int_equal(uses[i].shared_size, clients[id].shared_size);
			assert_int_equal(region_at(p, c, uses[i].shared),
			                 region_at(p, 0, clients[id].shared));
			assert_int_not_equal(region_at(p, c, uses[i].shared), ~0u);
		}
	}
	assert_string_equal(clients[0].label, "Core");
	assert_int_equal(clients[0].colour, 0x30d050);
	assert_int_equal(clients[0].flags, STARTUP_CLIENT_TRUSTED | STARTUP_CLIENT_TOP);
	assert_int_equal(clients[1].flags, STARTUP_CLIENT_BOTTOM);
	assert_int_equal(clients[0].shared_size + clients[0].private_size, 1 << 20);
	assert_int_equal(clients[1].shared % (2 << 20), 0);
	assert_string_equal(clients[2].label, "app");
	free(p);
}

static void
memory_is_as_asked(void **state)
{
	size_t size;
	struct plan *p = good(&size);
	const struct startup *core = startup_of(p, 1), *app = startup_of(p, 2);
	const struct startup_memory *m = TABLE(core, memories, startup_memory);

	(void)state;
	assert_int_equal(core->memory_count, 2);        // heap and key; ?demo is missing
	assert_string_equal(m[0].name, "heap");
	assert_int_equal(m[0].size, 1 << 20);
	assert_string_equal(m[1].name, "key");
	assert_int_equal(m[1].size, sizeof key);
	const struct plan_region *r =
		PLAN_ENTRY(p, regions, plan_region, region_at(p, 1, m[1].addr));
	assert_memory_equal((char *)p + r->blob, key, sizeof key);
	for (uint64_t i = sizeof key; i < r->size; i++)
		assert_int_equal(((char *)p)[r->blob + i], 0);
	assert_int_equal(app->memory_count, 2);
	m = TABLE(app, memories, startup_memory);
	assert_string_equal(m[1].name, "mail/b");
	assert_int_equal(m[1].size, 0);
	assert_int_equal(startup_of(p, 0)->irq_count, 1);
	assert_int_equal(TABLE(startup_of(p, 0), irqs, startup_irq)->label, 2);
	// ports 0x2f8 to 0x2ff in one aligned piece
	assert_int_equal(p->ports.count, 2);
	assert_int_equal(PLAN_ENTRY(p, ports, plan_port, 0)->first, 0x2f8);
	assert_int_equal(PLAN_ENTRY(p, ports, plan_port, 0)->order, 3);
	free(p);
}

static void
programs_are_laid_out(void **state)
{
	size_t size;
	struct plan *p = good(&size);
	const struct plan_component *c = PLAN_ENTRY(p, components, plan_component, 1);
	const struct plan_symbols *sym = (void *)((char *)p + c->symbols);
	uint32_t text = region_at(p, 1, 0x400000), data = region_at(p, 1, 0x401000);

	(void)state;
	assert_int_equal(c->entry, 0x400000);
	assert_int_equal(sym->count, 2);                // and the end of the code
	assert_true(sym->symbol[1].addr > 0x400000 && sym->symbol[1].addr <= 0x401000);
	assert_string_equal((const char *)sym + sym->symbol[1].name, "?");
	assert_int_equal(sym->symbol[0].addr, 0x400000);
	assert_string_equal((const char *)sym + sym->symbol[0].name, "_start");
	const struct plan_region *t = PLAN_ENTRY(p, regions, plan_region, text);
	const struct plan_region *d = PLAN_ENTRY(p, regions, plan_region, data);
	assert_int_equal(t->kind, PLAN_BLOB);
	assert_int_equal(((unsigned char *)p)[t->blob], 0xeb);
	assert_int_equal(d->kind, PLAN_RAM);
	assert_int_equal(d->size, 0x2000);              // 8 bytes of data, the rest zero
	assert_int_equal(d->blob_size, 8);
	// two components with the same program share its text, not its data
	assert_int_equal(PLAN_ENTRY(p, regions, plan_region, region_at(p, 2, 0x400000))->blob,
	                 t->blob);
	assert_int_not_equal(region_at(p, 2, 0x401000), data);
	free(p);
}

// Two runs make the same bytes.
static void
plans_are_reproducible(void **state)
{
	size_t a, b;
	struct plan *p = good(&a), *q = good(&b);

	(void)state;
	assert_int_equal(a, b);
	assert_memory_equal(p, q, a);
	free(p), free(q);
}

static struct plan_mapping *
mapping_with(struct plan *p, uint32_t rights)
{
	for (uint32_t i = 0; i < p->mappings.count; i++) {
		struct plan_mapping *m =
			(struct plan_mapping *)(void *)((char *)p + p->mappings.offset) + i;
		if (m->rights == rights)
			return m;
	}
	fail_msg("no such mapping");
	return NULL;
}

static void
damaged_plans_are_seen(void **state)
{
	size_t size;
	struct plan *p = good(&size);
	struct plan_mapping *rw = mapping_with(p, MEM_RW), *rx = mapping_with(p, MEM_RX);
	struct plan_cap *caps = (void *)((char *)p + p->caps.offset);
	struct plan_region *regions = (void *)((char *)p + p->regions.offset);
	struct plan_component *comps = (void *)((char *)p + p->components.offset);
	struct plan_port *ports = (void *)((char *)p + p->ports.offset);

	(void)state;
	while (caps->kind != PLAN_CAP_GATE)
		caps++;
#define DAMAGED(field, value, want) do { \
		__auto_type old = field; \
		assert_null(plan_check(p, size)); \
		field = value; \
		const char *why = plan_check(p, size); \
		assert_string_equal(why != NULL ? why : "sound", want); \
		field = old; \
	} while (0)
	DAMAGED(p->size, size - 1, "not a plan, or of another size");
	DAMAGED(p->caps.count, 1u << 31, "a table is not inside the plan");
	DAMAGED(p->ports.offset, (uint32_t)size + 8, "a table is not inside the plan");
	DAMAGED(rw->rights, 7u, "a mapping both writable and executable, or not readable");
	DAMAGED(rx->rights, MEM_RW, "the plan's own pages are writable");
	DAMAGED(rw->rights, MEM_RX, "executable memory that is not a program's code");
	DAMAGED(rw->addr, 0x400000ull, "two mappings overlap");
	DAMAGED(rw->addr, (uint64_t)UTCB_ADDR, "a mapping at a bad address");
	DAMAGED(rw->addr, ~0ull << 12, "a mapping at a bad address");
	DAMAGED(rw->region, 999u, "a mapping of nothing or for nobody");
	DAMAGED(rw->cache, 1u, "RAM mapped uncached");
	DAMAGED(caps->index, 5000u, "a capability index used twice or out of range");
	DAMAGED(caps->index, 8u, "a capability index used twice or out of range");
	DAMAGED(caps->object, 999u, "a capability to nothing, or with more rights than to use it");
	DAMAGED(caps->rights, 7u, "a capability to nothing, or with more rights than to use it");
	DAMAGED(regions[0].blob, 1ull << 40, "a region's content is not inside the plan");
	DAMAGED(regions[0].size, 100ull, "a region has a bad size or alignment");
	DAMAGED(comps[0].entry, 0x401000ull, "a component without code, stack or startup page");
	DAMAGED(comps[0].priority, 255u, "a component with a bad name, quota, priority or share");
	DAMAGED(comps[0].share, 100u, "a component with a bad name, quota, priority or share");
	DAMAGED(comps[0].symbols_size, ~0u, "symbols that are not inside the plan");
	// 0x2f8..0x2ff and 0x80: the same, the first and the last in common, next to each other
	assert_int_equal(p->ports.count, 2);
	DAMAGED(ports[1].first, 0x2f8u, "a port given twice");
	DAMAGED(ports[1].first, 0x2ffu, "a port given twice");
	DAMAGED(ports[1].order, 16u, "a bad port range");
	ports[1].first = 0x2f7;
	assert_null(plan_check(p, size));
	ports[1].first = 0x300;
	assert_null(plan_check(p, size));
	free(p);
}

// Killed by the user, the one ends with its subsystem, the other by itself.
static void
kills_end_a_subsystem_or_a_component(void **state)
{
	char error[512];
	size_t size;
	struct plan *p = compile("tests/scenario/good-nested.cfg", error, &size);

	(void)state;
	assert_string_equal(error, "");
	const struct startup_client *shown = TABLE(startup_of(p, 0), clients, startup_client);
	struct plan_signal *ends = (void *)((char *)p + p->signals.offset);
	const struct plan_signal *first = &ends[cap_at(p, 0, shown[0].destroy)->object];

	assert_int_equal(first->waiter, 1);
	assert_int_equal(first->label, PLAN_LABEL_SUBSYSTEM);
	ends += cap_at(p, 0, shown[1].destroy)->object;
	assert_int_equal(ends->waiter, PLAN_INIT);
	assert_int_equal(ends->label, 2);
	DAMAGED(ends->label, 3ull, "a signal to nobody");
	DAMAGED(ends->waiter, PLAN_NOBODY, "a signal to nobody");
	free(p);
}

// A plan in a plan: what is inside has its parent's session with the server, by the
// parent's numbers, and its memory last, to grow.
static void
subsystems_are_within_their_parent(void **state)
{
	char error[512];
	size_t size;
	struct plan *p = compile("tests/scenario/good-nested.cfg", error, &size);

	(void)state;
	assert_string_equal(error, "");
	assert_null(plan_check(p, size));
	struct plan *sub = (struct plan *)(uintptr_t)plan_subsystem(p, 1, 0);
	const struct startup *outer = startup_of(p, 1), *inner = startup_of(sub, 0);
	const struct startup_use *have = TABLE(outer, uses, startup_use);
	const struct startup_use *use = TABLE(inner, uses, startup_use);
	const struct startup_client *shown = TABLE(startup_of(p, 0), clients, startup_client);

	assert_null(plan_subsystem(p, 1, 1));
	assert_null(plan_subsystem(p, 0, 0));
	assert_string_equal(shown[0].label, "Outer > Inner");
	assert_int_equal(shown[0].colour, 0x30d050);
	const struct plan_cap *gate = cap_at(sub, 0, use->gate);
	struct plan_gate *g = (void *)((char *)sub + sub->gates.offset);
	struct plan_signal *wait = (void *)((char *)sub + sub->signals.offset);

	g += gate->object;
	assert_int_equal(g->parent, have->gate);
	assert_int_equal(g->server, PLAN_NOBODY);
	assert_int_equal(wait->waiter, 0);
	assert_int_equal(wait->label, use->label);
	assert_int_equal(cap_at(p, 1, wait->parent)->rights, CAP_CTL);
	struct plan_region *regions = (void *)((char *)sub + sub->regions.offset);
	struct plan_region *memory = regions + region_at(sub, 0, use->shared);

	assert_int_equal(memory->kind, PLAN_PARENT);
	assert_int_equal(memory->blob, have->shared);
	assert_int_equal(use->shared_size, have->shared_size);
	assert_int_equal(regions[sub->regions.count - 1].kind, PLAN_BLOB);      // a startup page
	assert_int_equal(cap_at(p, 1, STARTUP_FACTORY)->kind, PLAN_CAP_FACTORY);
	struct plan_cap *scheduler = (struct plan_cap *)(uintptr_t)cap_at(p, 1, STARTUP_SCHEDULER);
	struct plan_component *comps = (void *)((char *)sub + sub->components.offset);

	assert_int_equal(scheduler->object, 99);
	DAMAGED(scheduler->object, 100u,
	        "a capability to nothing, or with more rights than to use it");
	DAMAGED(g->parent, have->gate + 50, "a gate that the parent does not have");
	DAMAGED(g->parent, 0u, "a gate to nobody");
	DAMAGED(wait->parent, have->gate, "a signal that the parent does not have");
	DAMAGED(wait->parent, 999u, "a signal that the parent does not have");
	DAMAGED(memory->blob, memory->blob + 4096, "memory that the parent does not have");
	DAMAGED(memory->size, memory->size + 4096, "memory that the parent does not have");
	DAMAGED(memory->kind, (uint32_t)PLAN_DEVICE,
	        "memory that only a subsystem or only the root task has");
	DAMAGED(sub->memory, sub->memory - 4096,
	        "a subsystem with devices, or with other memory than it says");
	DAMAGED(comps->priority, 100u, "a component above the priority of its parent");
	DAMAGED(sub->size, sub->size - 1, "not a plan, or of another size");
	free(p);
}

// All that its parent has, and no signal from a server that gives none.
static void
a_subsystem_may_need_all(void **state)
{
	char error[512];
	size_t size;
	struct plan *p = compile("tests/scenario/good-nested-exact.cfg", error, &size);

	(void)state;
	assert_string_equal(error, "");
	assert_null(plan_check(p, size));
	const struct plan *sub = plan_subsystem(p, 1, 0);
	const struct plan_component *outer = (const void *)((char *)p + p->components.offset);
	const struct plan_component *inner =
		(const void *)((const char *)sub + sub->components.offset);

	assert_int_equal(TABLE(startup_of(sub, 0), uses, startup_use)->signal, 0);
	assert_int_equal(sub->signals.count, 0);
	assert_int_equal(sub->quota, outer[1].quota);
	assert_int_equal(sub->memory, 40 << 10);
	assert_string_equal(outer[0].name, "server");
	assert_string_equal(outer[1].name, "manager");
	assert_string_equal(inner[0].name, "inner");
	free(p);
}

// Whichever component has it, also the first.
static void
the_first_may_have_a_subsystem(void **state)
{
	char error[512];
	size_t size;
	struct plan *p = compile("tests/scenario/manager-first.cfg", error, &size);

	(void)state;
	assert_string_equal(error, "");
	assert_null(plan_check(p, size));
	assert_non_null(plan_subsystem(p, 0, 0));
	assert_null(plan_subsystem(p, 1, 0));
	assert_int_equal(cap_at(p, 0, STARTUP_FACTORY)->kind, PLAN_CAP_FACTORY);
	free(p);
}

// What only the modules decide: too much of them, or too many.
static void
too_much_is_refused(void **state)
{
	static char names[400][16];
	struct plan_module many[400];
	struct scenario s;
	struct bytes out;
	unsigned char *big = calloc(1, 56 << 20);

	(void)state;
	assert_non_null(big);
	for (unsigned i = 0; i < 400; i++) {
		snprintf(names[i], sizeof names[i], "mail/%u", i);
		many[i] = (struct plan_module){ names[i], key, sizeof key };
	}
	many[0].name = "key";
	struct plan_input in = { &s, programs, many, 1, 400, NULL };
	assert_true(scenario_open(&s, "tests/scenario/good.cfg"));
	assert_false(plan_build(&in, &out));
	assert_string_equal(s.error, "tests/scenario/good.cfg:11: app has too many sessions, "
	                             "clients or boot modules");
	free(out.data);
	in.module_count = 2;
	assert_true(plan_build(&in, &out));
	free(out.data);
	many[0] = (struct plan_module){ "key", big, 56 << 20 };
	assert_false(plan_build(&in, &out));
	assert_non_null(strstr(s.error, "good.cfg:3: programs, boot modules and components take"));
	free(out.data);
	scenario_close(&s);
	free(big);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_files_get_their_message),
		cmocka_unit_test(scenarios_have_session_types_of_their_own),
		cmocka_unit_test(sessions_connect_both_sides),
		cmocka_unit_test(memory_is_as_asked),
		cmocka_unit_test(programs_are_laid_out),
		cmocka_unit_test(plans_are_reproducible),
		cmocka_unit_test(damaged_plans_are_seen),
		cmocka_unit_test(kills_end_a_subsystem_or_a_component),
		cmocka_unit_test(subsystems_are_within_their_parent),
		cmocka_unit_test(a_subsystem_may_need_all),
		cmocka_unit_test(the_first_may_have_a_subsystem),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
