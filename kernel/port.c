// SPDX-License-Identifier: MIT
// Port ranges of tasks.  A task has few (PORT_RANGES_MAX), so they are a list, by number.
#include <factory.h>
#include <invoke.h>
#include <port.h>
#include <preempt.h>
#include <task.h>
#include <x86/io.h>

enum { PORTS = 65536 };

// Room for a range of `t`, in the list at its place.
static struct port *
new_range(struct task *t, uint64_t first, uint64_t count)
{
	struct list *next = t->ports.next;
	struct port *p = factory_alloc(t->obj.factory, sizeof *p);

	if (p == NULL)
		return NULL;
	while (next != &t->ports && container_of(next, struct port, ranges)->start < first)
		next = next->next;
	p->task = t;
	p->start = (uint32_t)first;
	p->end = (uint32_t)(first + count);
	list_add_before(next, &p->ranges);
	t->port_count++;
	io_forget(t);
	return p;
}

// The first range of `t` that meets [start, end), or NULL.
static struct port *
meeting(struct task *t, uint64_t start, uint64_t end)
{
	for (struct list *l = t->ports.next; l != &t->ports; l = l->next) {
		struct port *p = container_of(l, struct port, ranges);

		if (p->start < end && start < p->end)
			return p;
	}
	return NULL;
}

// Its node is in no tree.
static void
remove_range(struct port *p)
{
	io_forget(p->task);
	p->task->port_count--;
	list_remove(&p->ranges);
	factory_free(p->task->obj.factory, p);
}

enum err
port_map(struct give *g, uint64_t first, unsigned order)
{
	uint64_t count = 1ull << order;
	bool grant = g->dest & ITEM_GRANT;

	if (order > 16 || first > PORTS - count)
		return ERR_ARG;
	struct port *from = meeting(g->from, first, first + count);
	struct port *to = meeting(g->to, first, first + count);

	if (from == NULL || from->start > first || from->end < first + count)
		return ERR_ARG;
	if (g->undo) {
		return to == NULL || to->node.depth != from->node.depth + 1 || g->done == 0 ||
		       task_undo(g, &to->node, 0) ? OK : RESTART;
	}
	if (grant && from->end - from->start != count)
		return ERR_ARG;
	if (to != NULL)
		return ERR_EXISTS;
	if (from->node.depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	if (g->to->port_count == PORT_RANGES_MAX)
		return ERR_FULL;
	to = new_range(g->to, first, count);
	if (to == NULL)
		return ERR_QUOTA;
	if (!grant) {
		node_insert(&from->node, &to->node, NODE_PORT, 1);
		return OK;
	}
	node_replace(&from->node, &to->node);
	remove_range(from);
	return OK;
}

enum err
port_unmap(struct task *t, uint64_t first, unsigned order, bool self, struct thread *caller)
{
	uint64_t count = 1ull << order, next;
	struct revoke *r = &caller->walk;
	struct port *p;

	if (order > 16 || first > PORTS - count)
		return ERR_ARG;
	r->start = first;
	r->end = first + count;
	for (uint64_t at = preempt_start(caller); at < count; at = next) {
		p = meeting(t, first + at, first + count);
		if (p == NULL)
			break;
		next = p->end - first;
		node_revoke_start(r, &p->node, self);
		if (!preempt_revoke(caller, next) || preempt_now(caller, next))
			return RESTART;
	}
	return OK;
}

enum err
port_map_root(struct task *t)
{
	struct port *p = new_range(t, 0, PORTS);

	if (p == NULL)
		return ERR_QUOTA;
	node_root(&p->node, NODE_PORT, 1, 1);
	return OK;
}

bool
port_overlaps(const struct node *n, uint64_t start, uint64_t end)
{
	const struct port *p = (const struct port *)n;

	return p->start < end && start < p->end;
}

bool
port_shrink(struct node *n, unsigned left)
{
	struct port *p = (struct port *)n;

	if (left != 0)
		return false;
	node_remove(n);
	remove_range(p);
	return true;
}

bool
port_fini(struct task *t, unsigned *steps)
{
	while (!list_empty(&t->ports)) {
		if (!step(steps))
			return false;
		node_revoke_start(&t->walk,
		                  &container_of(t->ports.next, struct port, ranges)->node, true);
		if (!node_revoke(&t->walk, steps))
			return false;
	}
	return true;
}
