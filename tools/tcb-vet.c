// SPDX-License-Identifier: MIT
// tcb-vet SCENARIO.cfg MODULES BUILD DUMP: does every task of the running system hold what the
// scenario file gives it, and nothing else?  MODULES has NAME=FILE lines.  Frames count, not
// addresses; of what is read-only, the content.  One line per difference; exit status 1.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/startup.h>
#include "tools/tcb-vet.h"

// Of the kernel's interface (abi/msg.h) and of init (init/init_plan.h).
enum { TASK = 1, THREAD, GATE, SIGNAL, IRQ, FACTORY = 7, SCHEDULER, SEND = 1, CTL };
enum { ENDS_SUBSYSTEM = 1 << 15, ENDS = 1 << 17 };

struct wanted want;
struct dump have;
unsigned char *frames[TASKS];
uint64_t machine;
static unsigned bad;

void
differ(int task, const char *format, ...)
{
	va_list args;

	printf("%s: ", text_of(want.component[task], "name", "?"));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	bad++;
}

bool
has_list(int i, const char *name)
{
	config_setting_t *list = config_setting_get_member(want.component[i], name);

	return list != NULL && config_setting_length(list) > 0;
}

config_setting_t *
element(int i, const char *name, unsigned n)
{
	config_setting_t *list = config_setting_get_member(want.component[i], name);

	return list != NULL ? config_setting_get_elem(list, n) : NULL;
}

bool
uses(int client, int server, const char *type)
{
	for (unsigned i = 0; i < want.clients; i++)
		if (want.client[i].from == client && want.client[i].server == server &&
		    (type == NULL || strcmp(want.client[i].type, type) == 0))
			return true;
	return false;
}

static int
by_meaning(const void *a, const void *b)
{
	return memcmp(a, b, offsetof(struct cap, index));
}

static void
expect(struct cap *c, unsigned *n, struct cap one)
{
	if (*n == 1024)
		stop("too many capabilities");
	if (one.to >= 0 && have.task[one.to].gone)
		one.to = NOBODY;                // it ends with who received from it
	c[(*n)++] = one;
}

// By a component that may: its own task, thread and factory are not.
static bool
made(int i, const struct cap *x)
{
	if (x->owner != i)
		return false;
	switch (x->type) {
	case TASK: case THREAD: return x->to == NOBODY;
	case GATE: case SIGNAL: return x->to == i || x->to == NOBODY;
	case FACTORY: return x->label == 0;
	case SCHEDULER: return x->label < number_of(want.component[i], "priority", 0);
	default: return x->type != IRQ;
	}
}

// Nobody, of a relayed session, while the subsystem does not run that it is for.
static int
receiver(const struct task *t, long rights, long number, const struct client *k)
{
	for (unsigned j = 0; k->relayed && j < t->caps; j++) {
		const struct cap *c = &t->cap[j];

		if (c->type == SIGNAL && c->rights == rights && c->label == number &&
		    c->to == NOBODY)
			return NOBODY;
	}
	return k->from;
}

static void
vet_caps(int i)
{
	static struct cap c[1024];
	struct task *t = &have.task[i];
	bool subs = has_list(i, "subsystems") || number_of(want.component[i], "tasks", 0);
	unsigned n = 0, a = 0, b = 0;
	config_setting_t *e;

	expect(c, &n, (struct cap){ TASK, CTL, 0, -1, i, 0, 0 });
	expect(c, &n, (struct cap){ GATE, SEND, LOGS + i, -1, INIT, -1, 0 });
	if (subs || number_of(want.component[i], "own_thread", 0))
		expect(c, &n, (struct cap){ THREAD, CTL, 0, -1, i, STARTUP_OWN_THREAD, 0 });
	if (subs) {
		expect(c, &n, (struct cap){ FACTORY, SEND, i + 1, -1, NOBODY, STARTUP_FACTORY, 0 });
		expect(c, &n, (struct cap){ SCHEDULER, CTL, number_of(want.component[i],
		       "priority", 0) - 1, -1, NOBODY, STARTUP_SCHEDULER, 0 });
	}
	for (unsigned j = 0; (e = element(i, "irqs", j)) != NULL; j++) {
		long line = number_of(e, "line", -1);
		expect(c, &n, (struct cap){ IRQ, SEND, line + 1, line, i, -1, 0 });
	}
	for (struct client *k = want.client; k < want.client + want.clients; k++) {
		long number = (long)k->number + 1, id = (long)k->id;

		if (k->from == i) {
			expect(c, &n, (struct cap){ GATE, SEND, id, -1, k->server, -1, 0 });
			if (k->up)
				expect(c, &n, (struct cap){ SIGNAL, SEND, id, -1, k->server,
				       -1, 0 });
			if (k->relayed && k->down)
				expect(c, &n, (struct cap){ SIGNAL, CTL, number, -1,
				       receiver(t, CTL, number, k), -1, 0 });
		}
		if (k->server == i && k->down)
			expect(c, &n, (struct cap){ SIGNAL, SEND, number, -1,
			       receiver(t, SEND, number, k), -1, 0 });
		if (k->server == i && k->kill && k->relayed)
			expect(c, &n, (struct cap){ SIGNAL, SEND, ENDS_SUBSYSTEM +
			       (long)k->subsystem, -1, k->from, -1, 0 });
		else if (k->server == i && k->kill)
			expect(c, &n, (struct cap){ SIGNAL, SEND, ENDS + k->from, -1, INIT,
			       -1, 0 });
	}
	qsort(c, n, sizeof *c, by_meaning);
	if (t->caps > 0)
		qsort(t->cap, t->caps, sizeof *c, by_meaning);
	while (a < t->caps || b < n) {
		int order = a == t->caps ? 1 : b == n ? -1 : by_meaning(&t->cap[a], &c[b]);
		struct cap *x = order <= 0 ? &t->cap[a] : &c[b];

		if (order < 0 && subs && made(i, x))
			;
		else if (order != 0 || (c[b].index >= 0 && c[b].index != x->index))
			differ(i, "%s capability %ld: type %ld, rights %ld, label %ld, line %ld, "
			       "to %ld", order > 0 ? "lacks" : "surplus", x->index, x->type,
			       x->rights, x->label, x->line, x->to);
		a += order <= 0, b += order >= 0;
	}
}

static void
mark_ports(int i, unsigned char *port)
{
	config_setting_t *e;

	for (unsigned j = 0; (e = element(i, "ports", j)) != NULL; j++)
		for (long p = number_of(e, "first", 0), n = number_of(e, "count", 1);
		     n > 0 && p < 65536; n--)
			port[p++] = 1;
}

// Its own; and of a pci server's what no other client of that has, its configuration never.
static void
vet_ports(int i)
{
	static unsigned char own[65536], given[65536];

	memset(own, 0, sizeof own), memset(given, 0, sizeof given);
	mark_ports(i, own);
	for (int s = 0; s < (int)want.components; s++)
		if (uses(i, s, "pci"))
			mark_ports(s, given);
	memset(given + 0xcf8, 0, 8);
	for (unsigned p = 0; p < 65536; p++) {
		bool other = false;

		for (int s = 0; given[p] && s < (int)want.components; s++)
			other |= s != i && have.task[s].port[p] && has_list(s, "uses");
		if (own[p] != have.task[i].port[p] && (own[p] || !given[p] || other)) {
			differ(i, "%s port 0x%x", own[p] ? "lacks" : "surplus", p);
			return;
		}
	}
}

static uint64_t
frame_at(int i, uint64_t va)
{
	for (unsigned j = 0; j < have.task[i].pages; j++)
		if (have.task[i].page[j].va == va)
			return have.task[i].page[j].pa;
	return UINT64_MAX;
}

// Where the server has the client's memory, the client has the same.
static void
vet_window(const struct client *c, uint64_t server_at)
{
	const struct startup *st = (const void *)have.task[c->from].startup;
	struct startup_use u = { 0 };
	size_t at = st->uses + c->number * sizeof u;

	if (c->number < st->use_count && at <= sizeof have.task[0].startup - sizeof u)
		memcpy(&u, have.task[c->from].startup + at, sizeof u);
	for (uint64_t n = 0; n < c->shared; n += PAGE) {
		uint64_t frame = frame_at(c->server, server_at + n);

		if (frame == UINT64_MAX || frame != frame_at(c->from, u.shared + n)) {
			differ(c->from, "another memory than its %s session's", c->type);
			return;
		}
	}
}

// Under which name each client is known to the server: a swap would be one of identities.
static void
vet_clients(int i)
{
	const struct startup *st = (const void *)have.task[i].startup;
	unsigned n = 0;

	if (st->magic != STARTUP_MAGIC ||
	    strcmp(st->name, text_of(want.component[i], "name", "")) != 0) {
		differ(i, "another startup page");
		return;
	}
	for (unsigned j = 0; j < want.clients; j++) {
		const struct client *c = &want.client[j];
		struct startup_client k = { 0 };
		size_t at = st->clients + n * sizeof k;
		bool trusted = strcmp(text_of(want.component[c->from], "role", ""), "trusted") == 0;

		if (c->server != i)
			continue;
		if (have.task[c->from].gone) {
			n++;
			continue;
		}
		if (n++ < st->client_count && at <= sizeof have.task[i].startup - sizeof k)
			memcpy(&k, have.task[i].startup + at, sizeof k);
		if (k.id != c->id || strncmp(k.type, c->type, sizeof k.type) != 0 ||
		    strncmp(k.label, c->label, sizeof k.label - 1) != 0 ||
		    k.colour != number_of(c->c, "colour", 0) || k.shared_size != c->shared ||
		    (k.flags & STARTUP_CLIENT_TRUSTED) != (trusted ? STARTUP_CLIENT_TRUSTED : 0u))
			differ(i, "knows client %u by another name than \"%s\"", c->id, c->label);
		vet_window(c, k.shared);
	}
	if (st->client_count != n)
		differ(i, "knows %u clients, not %u", st->client_count, n);
}

// A device reaches its driver's memory for DMA, and nothing else.
static void
vet_reach(void)
{
	bool confines = false;
	unsigned expected = 0;
	config_setting_t *e;

	for (int i = 0; i < (int)want.components; i++)
		for (unsigned j = 0; (e = element(i, "devices", j)) != NULL; j++)
			confines |= number_of(e, "iommu", 0) != 0;
	if (!confines)
		return;
	for (unsigned j = 0; j < want.clients; j++) {
		const struct client *c = &want.client[j];
		uint64_t left = size_of(want.component[c->from], "dma", 0);
		unsigned bus, slot, function;

		if (strcmp(c->type, "pci") != 0 ||
		    sscanf(c->label, "%x:%x.%x", &bus, &slot, &function) != 3)
			continue;
		for (unsigned m = 0; m < have.reaches; m++) {
			const struct reach *r = &have.reach[m];

			if (r->place != (bus << 8 | slot << 3 | function))
				continue;
			expected++, left -= PAGE;
			bool own = r->frame < machine && frames[c->from][r->frame / PAGE] == 2;
			for (int o = 0; own && o < (int)want.components; o++)
				own = o == c->from || frames[o][r->frame / PAGE] == 0;
			if (!own)
				differ(c->from, "its device reaches 0x%lx", r->frame);
		}
		if (left != 0)
			differ(c->from, "its device reaches %ld bytes too much", -(long)left);
	}
	if (!have.translates || expected != have.reaches)
		differ(0, "the IOMMU is off, or lets an unknown device reach memory");
}

int
main(int argc, char **argv)
{
	if (argc < 5)
		stop("usage: tcb-vet SCENARIO.cfg MODULES BUILD DUMP [ENDED...]");
	want.modules = argv[2], want.build = argv[3];
	wanted_read(&want, argv[1]);
	dump_read(&have, argv[4]);
	for (int a = 5; a < argc; a++)
		have.task[find(&want, argv[a])].gone = true;
	machine = PAGE;
	for (int i = 0; i < TASKS; i++)
		for (unsigned j = 0; j < have.task[i].pages; j++) {
			uint64_t pa = have.task[i].page[j].pa;

			machine = pa < DEVICES && pa >= machine ? pa + PAGE : machine;
		}
	for (unsigned i = 0; i < want.components; i++)
		if ((frames[i] = calloc(machine / PAGE, 1)) == NULL)
			stop("out of memory");
	for (int i = 0; i < TASKS; i++)
		if (have.task[i].there != (i < (int)want.components && !have.task[i].gone))
			stop("task %d: %s", i, have.task[i].there ? "surplus" : "missing");
	for (int i = 0; i < (int)want.components; i++)
		if (!have.task[i].gone)
			vet_caps(i), vet_ports(i), vet_memory(i), vet_clients(i), vet_run(i);
	for (int a = 0; a < (int)want.components; a++)
		for (int b = 0; b < a; b++)
			if (!have.task[a].gone && !have.task[b].gone)
				vet_shared(a, b);
	for (unsigned i = 0; i < have.children; i++)
		vet_child(have.child[i]);
	vet_reach();
	return bad > 0;
}
