// SPDX-License-Identifier: MIT
// What ike_world.h describes.
#include <ucontext.h>
#include <mbedtls/port.h>
#include "tests/unit/ike_world.h"

enum { ADDRESS = 0xc0000201, HIDDEN = 0xcb007109, SHIFT = 10000 };

struct world *world;
static struct arena arena;
static uint8_t memory[65536];

uint32_t
world_random(struct world *w, uint32_t below)
{
	w->random = w->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((w->random >> 33) % below);
}

static uint64_t
hash(const uint8_t *bytes, uint32_t n)
{
	uint64_t h = 1469598103934665603u;

	for (uint32_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * 1099511628211u;
	return h;
}

// With one key an IV encrypts one message only: it comes again unchanged, or not.
static void
iv_is_new(struct world *w, const uint8_t *message, uint32_t n)
{
	uint8_t id[16 + 1 + IV];
	uint64_t key, all = hash(message, n);

	if (n < IKE_HEADER + 4 + IV || message[16] != PAY_SK)
		return;
	memcpy(id, message, 16);
	id[16] = message[19] & FLAG_INITIATOR;
	memcpy(id + 17, message + IKE_HEADER + 4, IV);
	key = hash(id, sizeof id);
	for (unsigned i = (unsigned)(key % IVS_SEEN);; i = (i + 1) % IVS_SEEN) {
		if (w->iv_seen[i].iv == key)
			assert_true(w->iv_seen[i].message == all);
		if (w->iv_seen[i].iv != 0 && w->iv_seen[i].iv != key)
			continue;
		w->ivs_seen += w->iv_seen[i].iv == 0;
		assert_true(w->ivs_seen < IVS_SEEN / 2);
		w->iv_seen[i].iv = key;
		w->iv_seen[i].message = all;
		return;
	}
}

static void
op_send(void *self, const struct ike_path *path, const uint8_t *bytes, uint32_t n)
{
	struct world *w = world;
	unsigned copies = 1, marker = path->local_port == IKE_NAT_PORT ? 4 : 0;

	w->sent++;
	assert_true(n <= DATAGRAM);
	if (n > marker)
		iv_is_new(w, bytes + marker, n - marker);
	if (world_random(w, 100) < w->lose)
		copies = 0;
	else if (world_random(w, 100) < w->repeat)
		copies = 2;
	for (unsigned i = 0; i < UNDER_WAY && copies != 0; i++) {
		struct datagram *d = &w->under_way[i];

		if (d->used)
			continue;
		*d = (struct datagram){ .path = *path, .n = n, .used = true };
		d->at = w->now + 5 + (w->delay != 0 ? world_random(w, (uint32_t)w->delay) : 0);
		memcpy(d->bytes, bytes, n);
		if (((struct node *)self)->nat) {
			d->path.local = HIDDEN;
			d->path.local_port = (uint16_t)(d->path.local_port + SHIFT);
		}
		if (w->tamper != NULL)
			w->tamper(w, d);
		copies--;
	}
}

static int
op_random(void *self, unsigned char *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)world_random(world, 256);
	return ((struct node *)self)->no_random ? -1 : 0;
}

// A key for sending must never come a second time.
static void
key_is_new(struct world *w, const struct sa *sa)
{
	uint64_t key = hash(sa->key, SA_KEY_MAX);

	for (unsigned i = 0; i < w->keys_seen && i < KEYS_SEEN; i++)
		assert_true(w->key_seen[i] != key);
	w->key_seen[w->keys_seen++ % KEYS_SEEN] = key;
}

static bool
op_install(void *self, const struct sa *sa, uint64_t *handle)
{
	struct node *n = self;

	assert_true(sa->spi >= SA_SPI_MIN && sa->direction <= SA_OUT);
	assert_int_equal(sa->flags & ~SA_FLAGS, 0);
	assert_true(sa->key_bytes == 16 || sa->key_bytes == 32);
	assert_true((sa->flags & SA_UDP) == 0 || (sa->local_port == 4500 && sa->remote_port != 0));
	assert_true(sa->inner_local.first <= sa->inner_local.last);
	if (n->no_install)
		return false;
	if (sa->direction == SA_OUT)
		key_is_new(world, sa);
	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle == 0) {
			n->sa[i] = (struct installed){ *sa, ++n->handles };
			*handle = n->handles;
			return true;
		}
	fail();
	return false;
}

static void
op_remove(void *self, uint64_t handle)
{
	struct node *n = self;

	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle == handle && handle != 0) {
			n->sa[i].handle = 0;
			return;
		}
	fail();
}

static void
op_note(void *self, const struct ike_peer *peer, enum ike_event what, const char *why,
        unsigned times)
{
	struct node *n = self;

	assert_non_null(peer);
	assert_true(!ike_event_is_bad(what) || why != NULL);
	n->events[what]++;
	n->why = why;
	n->times = times;
}

static const struct ike_ops ops = { op_send, op_random, op_install, op_remove, op_note };

void
world_init(struct world *w, uint32_t flags)
{
	static const char psk[] = "0123456789abcdef-viaduct";
	static const struct ike_id names[] = { { IKE_ID_MAIL, 5, "red@a" },
	                                       { IKE_ID_MAIL, 5, "red@b" } };

	memset(w, 0, sizeof *w);
	world = w;
	w->now = 1000;
	w->random = 1;
	arena_init(&arena, memory, sizeof memory);
	mbedtls_port_arena(&arena);
	for (unsigned i = 0; i < NODES; i++) {
		struct ike_config *c = &w->node[i].config;
		struct ike_peer *p = &c->peer[0];

		*c = (struct ike_config){ .magic = IKE_MAGIC, .count = 1 };
		*p = (struct ike_peer){
			.name = "peer", .local = ADDRESS + i, .remote = ADDRESS + 1 - i,
			.inner_local = { 0x0a010000 + (i << 16), 0x0a0100ff + (i << 16) },
			.inner_remote = { 0x0a020000 - (i << 16), 0x0a0200ff - (i << 16) },
			.flags = i == 0 ? flags : flags & ~(uint32_t)IKE_INITIATE,
			.ike_seconds = 3600, .child_seconds = 1200, .psk_length = sizeof psk - 1,
		};
		p->local_id = names[i];
		p->remote_id = names[1 - i];
		memcpy(p->psk, psk, sizeof psk - 1);
	}
}

void
world_fini(struct world *w)
{
	for (unsigned i = 0; i < NODES; i++)
		free(w->node[i].ike);
	assert_int_equal(arena.live, 0);
}

void
world_restart(struct world *w, unsigned node)
{
	struct node *n = &w->node[node];

	if (n->ike == NULL)
		n->ike = malloc(ike_size());
	assert_null(ike_config_check(&n->config));
	memset(n->sa, 0, sizeof n->sa);
	ike_init(n->ike, &n->config, &ops, n, w->now);
	n->due = w->now;
}

uint64_t
world_refused(const struct world *w, unsigned node, enum ike_refusal why)
{
	return ike_refused(w->node[node].ike)[why];
}

int
world_teardown(void **state)
{
	(void)state;
	world_fini(world);
	return 0;
}

// The argument of receive, which has none.
static struct { struct node *node; const struct ike_path *path; uint8_t *bytes; uint32_t n; } given;

static void
receive(void)
{
	ike_datagram(given.node->ike, given.path, given.bytes, given.n, world->now);
}

static void
receive_aside(void)
{
	static unsigned char stack[1 << 16];
	static ucontext_t back, aside;

	memset(stack, 0, sizeof stack);
	assert_int_equal(getcontext(&aside), 0);
	aside.uc_stack.ss_sp = stack;
	aside.uc_stack.ss_size = sizeof stack;
	aside.uc_link = &back;
	makecontext(&aside, receive, 0);
	assert_int_equal(swapcontext(&back, &aside), 0);
	for (size_t at = 0; at + GROUP_PRIVATE <= sizeof stack; at++) {
		assert_true(memcmp(stack + at, toy_private, GROUP_PRIVATE) != 0);
		assert_true(memcmp(stack + at, toy_shared, GROUP_SHARED) != 0);
	}
}

static void
arrive(struct world *w, struct datagram *d)
{
	uint32_t to = d->path.remote;
	uint16_t port = d->path.remote_port;
	uint8_t bytes[DATAGRAM];

	if (to == HIDDEN) {
		to = ADDRESS;
		port = (uint16_t)(port - SHIFT);
	}
	d->used = false;
	if (to != ADDRESS && to != ADDRESS + 1)
		return;
	struct node *n = &w->node[to - ADDRESS];
	const struct ike_path path = { to, d->path.local, port, d->path.local_port };
	if (n->absent)
		return;
	w->delivered++;
	memcpy(bytes, d->bytes, d->n);
	given.node = n, given.path = &path, given.bytes = bytes, given.n = d->n;
	if (w->look_behind)
		receive_aside();
	else
		receive();
	n->due = ike_tick(n->ike, w->now);
}

// The next thing that happens, before `end`.
static bool
step(struct world *w, uint64_t end)
{
	struct datagram *next = NULL;
	struct node *first = NULL;
	uint64_t at = end;

	for (unsigned i = 0; i < UNDER_WAY; i++)
		if (w->under_way[i].used && w->under_way[i].at <= at)
			next = &w->under_way[i], at = next->at;
	for (unsigned i = 0; i < NODES; i++)
		if (w->node[i].due <= at)
			first = &w->node[i], at = first->due;
	if (first == NULL && next == NULL)
		return false;
	if (at > w->now)
		w->now = at;
	w->steps++;
	if (first != NULL)
		first->due = ike_tick(first->ike, w->now);
	else
		arrive(w, next);
	return true;
}

void
world_run(struct world *w, uint64_t ms)
{
	uint64_t end = w->now + ms;

	for (unsigned i = 0; i < NODES; i++) {
		if (w->node[i].ike == NULL)
			world_restart(w, i);
		w->node[i].due = w->now;        // a test may have done something
	}
	while (step(w, end))
		;
	w->now = end;
}

bool
world_run_until_agreed(struct world *w, uint64_t ms)
{
	for (uint64_t t = 0; t < ms; t += 100) {
		world_run(w, 100);
		if (world_agreed(w))
			return true;
	}
	return false;
}

unsigned
world_installed(const struct node *n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < INSTALLED; i++)
		count += n->sa[i].handle != 0;
	return count;
}

const struct ike_peer *
world_peer(const struct world *w, unsigned node)
{
	return &w->node[node].config.peer[0];
}

const struct sa *
world_newest(const struct node *n, enum sa_direction direction)
{
	const struct installed *newest = NULL;

	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle != 0 && n->sa[i].sa.direction == direction &&
		    (newest == NULL || n->sa[i].handle > newest->handle))
			newest = &n->sa[i];
	return newest != NULL ? &newest->sa : NULL;
}

static bool
fits(const struct sa *out, const struct sa *in)
{
	return out != NULL && in != NULL && out->spi == in->spi && out->flags == in->flags &&
	       out->key_bytes == in->key_bytes && memcmp(out->key, in->key, SA_KEY_MAX) == 0 &&
	       memcmp(out->salt, in->salt, SA_SALT) == 0 &&
	       memcmp(&out->inner_local, &in->inner_remote, sizeof out->inner_local) == 0 &&
	       memcmp(&out->inner_remote, &in->inner_local, sizeof out->inner_local) == 0;
}

static bool
receives(const struct node *n, const struct sa *out)
{
	for (unsigned i = 0; i < INSTALLED; i++)
		if (n->sa[i].handle != 0 && n->sa[i].sa.direction == SA_IN &&
		    fits(out, &n->sa[i].sa))
			return true;
	return false;
}

// Two tunnels may be there when both sides made one at the same time and much was
// lost, but both sides know both.
bool
world_agreed(struct world *w)
{
	const struct ike_status first = ike_status(w->node[0].ike, world_peer(w, 0));

	for (unsigned i = 0; i < NODES; i++) {
		struct node *n = &w->node[i], *other = &w->node[1 - i];
		struct ike_status s = ike_status(n->ike, world_peer(w, i));

		if (s.up < 1 || s.up > 2 || s.up != first.up || s.children < 1 ||
		    s.children > 2 || s.children != first.children ||
		    world_installed(n) != 2 * s.children ||
		    !receives(other, world_newest(n, SA_OUT)))
			return false;
	}
	return true;
}
