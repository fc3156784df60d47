// SPDX-License-Identifier: MIT
// How each task runs - priority, time, kernel memory, where it began, who hears of its faults -
// and the tasks that a component has made itself.
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <abi/boot.h>
#include "tools/tcb-vet.h"

enum { UTCB = 0x3fffe000, FACTORY = 7, SCHEDULER, LAST_TYPE = SCHEDULER, IRQ = 5 };

static void
expect_number(int i, const char *what, long is, long wanted)
{
	if (is != wanted)
		differ(i, "%s is %ld, not %ld", what, is, wanted);
}

// Where the program itself says that it begins.
static long
entry_of(int i)
{
	const char *program = text_of(want.component[i], "program", "");
	Elf64_Ehdr h = { .e_entry = 0 };
	char path[512];

	snprintf(path, sizeof path, "%s/target/%s.elf", want.build, program);
	FILE *f = fopen(path, "rb");
	if (f == NULL || fread(&h, sizeof h, 1, f) != 1)
		stop("%s cannot be read", path);
	fclose(f);
	return (long)h.e_entry;
}

void
vet_run(int i)
{
	config_setting_t *k = want.component[i];
	const struct task *t = &have.task[i];
	const struct thread *h = &t->thread;

	expect_number(i, "its number of threads", t->threads, 1);
	expect_number(i, "its priority", h->priority, number_of(k, "priority", 0));
	expect_number(i, "its slice", h->slice, number_of(k, "slice", 10000));
	expect_number(i, "its share", h->share, number_of(k, "share", 0));
	expect_number(i, "the counter", h->counter, number_of(k, "tsc", 0));
	expect_number(i, "its message buffer", h->utcb, UTCB);
	for (unsigned j = 0; j < 2; j++) {
		expect_number(i, "who hears of its faults", h->fault[j].to, INIT);
		expect_number(i, "its name in faults", h->fault[j].label, LOGS + i);
	}
	expect_number(i, "its quota", t->quota, (long)size_of(k, "quota", 256 << 10));
	expect_number(i, "its first instruction", t->entry, entry_of(i));
	expect_number(i, "the end of its stack", t->stack, STACK_TOP);
}

static bool
relays_to(int owner, long server)
{
	for (unsigned i = 0; i < want.clients; i++)
		if (want.client[i].from == owner && want.client[i].relayed &&
		    want.client[i].server == server)
			return true;
	return false;
}

// A task that a component has made holds nothing that its maker has not, and names nobody but
// its like, its maker, and the servers of what that relays.
void
vet_child(const struct task *t)
{
	const int owner = t->owner;
	unsigned ports = 0;

	if (owner < 0 || owner >= (int)want.components || !(has_list(owner, "subsystems") ||
	    number_of(want.component[owner], "tasks", 0))) {
		differ(owner < 0 ? 0 : owner, "there is a task that is in no scenario");
		return;
	}
	const struct task *maker = &have.task[owner];
	for (unsigned i = 0; i < t->caps; i++) {
		const struct cap *c = &t->cap[i];
		bool known = c->to == NOBODY || c->to == owner || relays_to(owner, c->to);

		if (!known || c->type == IRQ || c->type > LAST_TYPE ||
		    (c->type == FACTORY && c->label != 0) ||
		    (c->type == SCHEDULER && c->label >= maker->thread.priority))
			differ(owner, "its task has a capability of type %ld to %ld", c->type,
			       c->to);
	}
	for (unsigned i = 0; i < t->pages; i++) {
		const struct page *p = &t->page[i];
		bool kernels = p->va >= UTCB && p->pa < DEVICES && !have.window[p->pa / PAGE];

		if (kernels ? p->x : p->pa >= machine ||
		    frames[owner][p->pa / PAGE] < (p->w ? 2 : 1))
			differ(owner, "its task sees the frame 0x%lx, which it does not", p->pa);
	}
	for (unsigned i = 0; i < sizeof t->port; i++)
		ports += t->port[i] && !maker->port[i];
	expect_number(owner, "ports that its task has too many", ports, 0);
	if (t->threads > 0 && t->thread.priority >= maker->thread.priority)
		differ(owner, "its task has priority %ld", t->thread.priority);
}
