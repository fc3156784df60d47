// SPDX-License-Identifier: MIT
// Port ranges of tasks.  A task has few, so they are a list.
#include <factory.h>
#include <port.h>
#include <task.h>
#include <x86/io.h>

enum { PORTS = 65536 };

static struct port *
new_range(struct task *t, uint64_t first, uint64_t count)
{
	struct port *p = factory_alloc(t->obj.factory, sizeof *p);

	if (p == NULL)
		return NULL;
	p->task = t;
	p->start = (uint32_t)first;
	p->end = (uint32_t)(first + count);
	list_add_before(&t->ports, &p->ranges);
	io_forget(t);
	return p;
}

// A range of `t` that meets [start, end), or NULL.
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

enum err
port_map(const struct port_move *m)
{
	uint64_t count = 1ull << m->order;

	if (m->order > 16 || m->first > PORTS - count)
		return ERR_ARG;
	struct port *from = meeting(m->from, m->first, m->first + count);

	if (from == NULL || from->start > m->first || from->end < m->first + count)
		return ERR_ARG;
	if (m->grant && from->end - from->start != count)
		return ERR_ARG;
	if (meeting(m->to, m->first, m->first + count) != NULL)
		return ERR_EXISTS;
	if (from->node.depth >= NODE_DEPTH_MAX)
		return ERR_DEPTH;
	struct port *to = new_range(m->to, m->first, count);

	if (to == NULL)
		return ERR_QUOTA;
	node_insert(&from->node, &to->node, NODE_PORT, 1);
	if (m->grant) {
		// the new range takes the place of the old, one less deep
		to->node.depth = from->node.depth;
		port_shrink(&from->node, 0);
	}
	return OK;
}

enum err
port_unmap(struct task *t, uint64_t first, unsigned order, struct revoke *r)
{
	uint64_t count = 1ull << order;
	struct list *next;

	if (order > 16 || first > PORTS - count)
		return ERR_ARG;
	r->start = first;
	r->end = first + count;
	for (struct list *l = t->ports.next; l != &t->ports; l = next) {
		struct port *p = container_of(l, struct port, ranges);

		next = l->next;
		if (p->start < r->end && r->start < p->end)
			node_revoke_all(&p->node, r);
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
	io_forget(p->task);
	node_remove(n);
	list_remove(&p->ranges);
	factory_free(p->task->obj.factory, p);
	return true;
}

bool
port_fini(struct task *t, unsigned *steps)
{
	while (!list_empty(&t->ports)) {
		struct port *p = container_of(t->ports.next, struct port, ranges);
		struct revoke r = { .rights = 1, .self = true, .end = PORTS };

		if (!step(steps) || !node_revoke(&p->node, &r, steps))
			return false;
	}
	return true;
}
