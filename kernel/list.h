// SPDX-License-Identifier: MIT
// Circular doubly linked list; an unlinked element points to itself.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list { struct list *next, *prev; };

#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

static inline void
list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool
list_empty(const struct list *l)
{
	return l->next == l;
}

// Insert `e` before `l`: at the end of the list when l is its head.
static inline void
list_add_before(struct list *l, struct list *e)
{
	e->next = l;
	e->prev = l->prev;
	l->prev->next = e;
	l->prev = e;
}

static inline void
list_remove(struct list *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	list_init(e);
}

// Long operations count their steps (preempt.h): false when all are used up.
static inline bool
step(unsigned *steps)
{
	if (*steps == 0)
		return false;
	--*steps;
	return true;
}
