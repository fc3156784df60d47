// SPDX-License-Identifier: MIT
// The mapping tree, exhaustively at a small size: every tree of some slots that can be
// reached by maps, grants and two walks that take back, step by step, in any order.
// What must hold is said by debts: a walk that begins owes the end of certain rights of
// certain nodes.  No node ever loses a right that nobody owes, and a walk that has ended
// owes nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cap.h>
#include <debug.h>
#include <node.h>
#include <port.h>
#include <space.h>

enum { MOST = 4, WALKS = 2, DEEPEST = 4 };
enum { HEAD = 1, FIRST = 2 };           // in the pool; 0 is no link

// Nodes and walks as the kernel sees them, and beside them the model.
struct state {
	struct node node[FIRST + MOST];
	struct revoke walk[WALKS];
	int8_t parent[FIRST + MOST];            // -1: free
	uint8_t rights[FIRST + MOST];
	uint8_t debt[WALKS][FIRST + MOST];      // rights
};

[[gnu::aligned(4096)]] static struct state now;
static struct state *all;
static size_t count, room, *table, table_size;
static int slots;
static unsigned rights_all;
static enum node_kind kind;
uint64_t frame_pool;

_Noreturn void
panic(const char *what)
{
	fail_msg("panic: %s", what);
	abort();
}

static int
index_of(const struct node *n)
{
	return (int)(n - now.node);
}

// Memory: slots with an odd index lie outside of what is taken back; so does what
// comes from them.
static bool
in_range(int i)
{
	return kind != NODE_MEM || i % 2 == 0;
}

bool
cap_shrink(struct node *n, unsigned left)
{
	int i = index_of(n);
	unsigned owed = 0;

	for (int w = 0; w < WALKS; w++)
		owed |= now.debt[w][i];
	assert_int_equal(n->rights & ~left & ~owed, 0);
	if (left != 0) {
		n->rights = now.rights[i] = (uint8_t)left;
		return false;
	}
	node_remove(n);
	for (int k = FIRST; k < FIRST + slots; k++)
		if (now.parent[k] == i)
			now.parent[k] = now.parent[i];
	now.parent[i] = -1;
	now.rights[i] = 0;
	for (int w = 0; w < WALKS; w++)
		now.debt[w][i] = 0;
	return true;
}

bool space_shrink(struct node *n, unsigned left) { return cap_shrink(n, left); }
bool port_shrink(struct node *n, unsigned left) { return cap_shrink(n, left); }

bool
space_overlaps(const struct node *n, paddr_t start, paddr_t end)
{
	(void)start, (void)end;
	return in_range(index_of(n));
}

bool
port_overlaps(const struct node *n, uint64_t start, uint64_t end)
{
	(void)n, (void)start, (void)end;
	return true;
}

static bool
below(int i, int ancestor)
{
	while (i > HEAD && i != ancestor)
		i = now.parent[i];
	return i == ancestor;
}

static bool
idle(int w)
{
	return now.walk[w].at.kind == NODE_FREE;
}

// The list's links; who is in it; and the order, while no walk stands for somebody.
static void
check(void)
{
	int seen[FIRST + MOST] = { 0 }, above[FIRST + MOST] = { HEAD }, walks = 0;
	const struct node *before = NULL;
	bool calm = idle(0) && idle(1);

	for (const struct node *n = &now.node[HEAD]; n != NULL; before = n, n = node_next(n)) {
		assert_ptr_equal(node_at(n->prev), before);
		if (n->kind == NODE_WALK) {
			walks++;
			continue;
		}
		int i = index_of(n);

		assert_in_range(i, HEAD, FIRST + slots - 1);
		assert_int_equal(seen[i]++, 0);
		if (i == HEAD)
			continue;
		assert_int_equal(n->rights, now.rights[i]);
		if (calm)
			assert_int_equal(now.parent[i], above[n->depth - 1]);
		above[n->depth] = i;
	}
	assert_int_equal(walks, !idle(0) + !idle(1));
	for (int i = FIRST; i < FIRST + slots; i++)
		assert_int_equal(seen[i], now.parent[i] >= 0);
	for (int w = 0; w < WALKS; w++)
		for (int i = FIRST; i < FIRST + slots; i++)
			assert_false(idle(w) && now.debt[w][i] & now.rights[i]);
}

static size_t
hash(const struct state *s)
{
	const uint64_t *p = (const uint64_t *)(const void *)s;
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < sizeof *s / 8; i++)
		h = (h ^ p[i]) * 1099511628211u ^ h >> 29;
	return h % table_size;
}

// A state was reached: check it, and go on from it if it is new.
static void
reached(void)
{
	// What an idle walk remembers, and debts of rights that are gone, mean nothing.
	for (int w = 0; w < WALKS; w++) {
		if (idle(w)) {
			now.walk[w] = (struct revoke){ 0 };
			memset(now.debt[w], 0, sizeof now.debt[w]);
		}
	}
	check();
	size_t h = hash(&now);

	for (; table[h] != 0; h = (h + 1) % table_size)
		if (memcmp(&all[table[h] - 1], &now, sizeof now) == 0)
			return;
	if (count == room)
		all = realloc(all, (room *= 2) * sizeof *all);
	assert_non_null(all);
	all[count++] = now;
	table[h] = count;
	assert_true(count * 2 < table_size);
}

static bool
may_map(int i, int to, unsigned rights)
{
	unsigned have = i == HEAD ? rights_all : now.rights[i];

	return now.node[i].depth < DEEPEST && !(rights & ~have) &&
	       (kind != NODE_MEM || rights & MEM_R) && (i == HEAD || in_range(i) || !in_range(to));
}

static void
maps(size_t from, int i, int to)
{
	for (unsigned r = 1; r <= rights_all; r++) {
		now = all[from];
		if (!may_map(i, to, r))
			continue;
		node_insert(&now.node[i], &now.node[to], kind, r);
		now.parent[to] = (int8_t)i;
		now.rights[to] = (uint8_t)r;
		for (int w = 0; w < WALKS && i != HEAD; w++)
			if (in_range(to) || now.debt[w][i] == rights_all)       // as its giver
				now.debt[w][to] = now.debt[w][i];
		reached();
	}
}

static void
grant(size_t from, int i, int to)
{
	now = all[from];
	if (in_range(i) != in_range(to))
		return;
	node_replace(&now.node[i], &now.node[to]);
	for (int k = FIRST; k < FIRST + slots; k++)
		if (now.parent[k] == i)
			now.parent[k] = (int8_t)to;
	now.parent[to] = now.parent[i];
	now.rights[to] = now.rights[i];
	now.parent[i] = -1;
	now.rights[i] = 0;
	for (int w = 0; w < WALKS; w++) {
		now.debt[w][to] = now.debt[w][i];
		now.debt[w][i] = 0;
	}
	reached();
}

// What a walk owes that begins at `n` now.
static void
owe(int w, int n, unsigned take, bool self)
{
	bool gone[FIRST + MOST] = { false };

	for (int round = 0; round < slots; round++) {
		for (int i = FIRST; i < FIRST + slots; i++) {
			if (now.parent[i] < 0 || !below(i, n) || (i == n && !self))
				continue;
			unsigned left = now.rights[i] & ~(in_range(i) || i == n ? take : 0);

			if (kind == NODE_MEM && !(left & MEM_R))
				left = 0;
			gone[i] |= left == 0 || (now.parent[i] > HEAD && gone[now.parent[i]]);
			now.debt[w][i] = (uint8_t)(gone[i] ? rights_all : now.rights[i] & ~left);
		}
	}
}

static void
begins(size_t from, int w, int i)
{
	for (unsigned take = 1; take <= rights_all; take++) {
		for (int self = 0; self < 2; self++) {
			now = all[from];
			if (!idle(w) || (w > 0 && idle(0)) || i == HEAD || !in_range(i))
				continue;
			now.walk[w] = (struct revoke){ .rights = take, .end = 1 };
			owe(w, i, take, self);
			node_revoke_start(&now.walk[w], &now.node[i], self);
			reached();
		}
	}
}

static void
goes_on(size_t from, int w)
{
	unsigned steps = 1;

	now = all[from];
	if (idle(w))
		return;
	bool done = node_revoke(&now.walk[w], &steps);

	assert_int_equal(done, idle(w));
	reached();
}

// The object ends: walks that are among what goes have nothing left to do.
static void
ends(size_t from)
{
	unsigned steps = 0, rounds = 0;

	now = all[from];
	memset(now.debt[0], (int)rights_all, sizeof now.debt[0]);
	for (; !node_end(&now.node[HEAD], &steps); steps = 1)
		assert_true(++rounds < 2 * MOST);
	assert_null(node_next(&now.node[HEAD]));
	assert_true(idle(0) && idle(1));
}

static void
explore(enum node_kind k, int n, unsigned rights)
{
	kind = k;
	slots = n;
	rights_all = rights;
	frame_pool = (uint64_t)&now;
	table_size = (size_t)1 << 25;
	table = calloc(table_size, sizeof *table);
	count = 0;
	room = 1 << 16;
	all = malloc(room * sizeof *all);
	assert_non_null(table);
	memset(&now, 0, sizeof now);
	memset(now.parent, -1, sizeof now.parent);
	now.parent[HEAD] = 0;
	node_root(&now.node[HEAD], NODE_HEAD, 0, rights_all);
	reached();
	for (size_t at = 0; at < count; at++) {
		for (int i = HEAD; i < FIRST + slots; i++) {
			if (all[at].parent[i] < 0)
				continue;
			for (int to = FIRST; to < FIRST + slots; to++) {
				if (all[at].parent[to] >= 0)
					continue;
				maps(at, i, to);
				if (i != HEAD)
					grant(at, i, to);
			}
			begins(at, 0, i);
			begins(at, 1, i);
		}
		goes_on(at, 0);
		goes_on(at, 1);
		ends(at);
	}
	print_message("%zu states\n", count);
	free(all);
	free(table);
}

static void
capabilities(void **state)
{
	(void)state;
	explore(NODE_CAP, 4, 1);
}

static void
memory(void **state)
{
	(void)state;
	explore(NODE_MEM, 3, MEM_R | MEM_W);
	explore(NODE_MEM, 4, MEM_R);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capabilities),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
