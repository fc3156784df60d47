// SPDX-License-Identifier: MIT
// The table of SAs.
#include <string.h>
#include <base/wipe.h>
#include "sad.h"

enum { INDEX_BITS = 8, MTU_MIN = 576, MTU = 1500 };
_Static_assert(SA_MAX == 1 << INDEX_BITS, "a handle's lower bits are the index");

void
sad_tell(struct sad *sad, struct sa_event event)
{
	if (sad->event_count == SAD_EVENTS) {
		sad->events_lost = true;
		return;
	}
	sad->event[(sad->event_first + sad->event_count++) % SAD_EVENTS] = event;
}

bool
sad_event(struct sad *sad, struct sa_event *event)
{
	*event = (struct sa_event){ .kind = SA_EVENT_NOTHING };
	if (sad->event_count > 0) {
		*event = sad->event[sad->event_first];
		sad->event_first = (sad->event_first + 1) % SAD_EVENTS;
		sad->event_count--;
	} else if (sad->events_lost) {
		event->kind = SA_EVENT_LOST;
		sad->events_lost = false;
	}
	return event->kind != SA_EVENT_NOTHING;
}

void
sad_init(struct sad *sad)
{
	memset(sad, 0, sizeof *sad);
	sad_tell(sad, (struct sa_event){ .kind = SA_EVENT_NONE_LEFT });
}

static bool
range_good(struct sa_range range)
{
	return range.first <= range.last;
}

static bool
good(const struct sa *sa)
{
	bool udp = (sa->flags & SA_UDP) != 0;

	return sa->spi >= SA_SPI_MIN && sa->direction <= SA_OUT && (sa->flags & ~SA_FLAGS) == 0 &&
	       (sa->key_bytes == 16 || sa->key_bytes == 32) && sa->reserved == 0 &&
	       sa->reserved2 == 0 && (sa->local_port != 0) == udp &&
	       (sa->remote_port != 0) == udp && (sa->mtu == 0 || sa->mtu >= MTU_MIN) &&
	       range_good(sa->inner_local) && range_good(sa->inner_remote);
}

enum err
sad_install(struct sad *sad, const struct sa *sa, uint64_t iv, bool kept, uint64_t now,
            uint64_t *handle)
{
	uint32_t i = 0;

	if (!good(sa))
		return ERR_ARG;
	if (sa->direction == SA_IN && sad_inbound(sad, sa->spi) != NULL)
		return ERR_EXISTS;
	while (i < SA_MAX && sad->entry[i].handle != 0)
		i++;
	if (i == SA_MAX)
		return ERR_FULL;
	struct sad_entry *e = &sad->entry[i];

	memset(e, 0, sizeof *e);
	esp_init(&e->esp, sa);
	e->sa = *sa;
	wipe(e->sa.key, sizeof e->sa.key);
	wipe(e->sa.salt, sizeof e->sa.salt);
	e->sa.mtu = sa->mtu != 0 ? sa->mtu : MTU;
	e->replay.esn = (sa->flags & SA_ESN) != 0;
	e->iv = iv;
	e->kept = kept;
	e->born = e->used = now;
	e->handle = ++sad->installed << INDEX_BITS | i;
	sad->list[sa->direction][sad->count[sa->direction]++] = (uint16_t)i;
	*handle = e->handle;
	return OK;
}

static void
forget(struct sad *sad, struct sad_entry *e)
{
	uint16_t *list = sad->list[e->sa.direction];
	uint32_t *count = &sad->count[e->sa.direction], at = 0;

	while (list[at] != e - sad->entry)
		at++;
	(*count)--;
	memmove(list + at, list + at + 1, (*count - at) * sizeof *list);
	esp_fini(&e->esp);
	wipe(e, sizeof *e);
}

struct sad_entry *
sad_find(struct sad *sad, uint64_t handle)
{
	struct sad_entry *e = &sad->entry[handle % SA_MAX];

	return handle != 0 && e->handle == handle ? e : NULL;
}

enum err
sad_delete(struct sad *sad, uint64_t handle)
{
	struct sad_entry *e = sad_find(sad, handle);

	if (e == NULL)
		return ERR_ARG;
	forget(sad, e);
	return OK;
}

void
sad_flush(struct sad *sad)
{
	for (uint32_t i = 0; i < SA_MAX; i++)
		if (sad->entry[i].handle != 0 && !sad->entry[i].kept)
			forget(sad, &sad->entry[i]);
}

struct sad_entry *
sad_inbound(struct sad *sad, uint32_t spi)
{
	for (uint32_t i = 0; i < sad->count[SA_IN]; i++) {
		struct sad_entry *e = &sad->entry[sad->list[SA_IN][i]];

		if (e->sa.spi == spi)
			return e;
	}
	return NULL;
}

struct sad_entry *
sad_outbound(struct sad *sad, uint32_t source, uint32_t destination)
{
	for (uint32_t i = sad->count[SA_OUT]; i-- > 0;) {
		struct sad_entry *e = &sad->entry[sad->list[SA_OUT][i]];

		if (sad_covers(e->sa.inner_local, source) &&
		    sad_covers(e->sa.inner_remote, destination))
			return e;
	}
	return NULL;
}

static bool
reached(const struct sad_entry *e, const struct sa_life *life, uint64_t now)
{
	return (life->packets != 0 && e->counters.packets >= life->packets) ||
	       (life->bytes != 0 && e->counters.bytes >= life->bytes) ||
	       (life->seconds != 0 && (now - e->born) / 1000 >= life->seconds);
}

// The last sequence number: it must not wrap (RFC 4303, 3.3.3).
static bool
spent(const struct sad_entry *e)
{
	uint64_t last = (e->sa.flags & SA_ESN) != 0 ? UINT64_MAX : UINT32_MAX;

	return e->sa.direction == SA_OUT && e->sequence == last;
}

static void
age(struct sad *sad, struct sad_entry *e, uint64_t now)
{
	if (spent(e) || reached(e, &e->sa.hard, now)) {
		sad_tell(sad, (struct sa_event){ .kind = SA_EVENT_HARD, .handle = e->handle });
		forget(sad, e);
	} else if (!e->soft_told && reached(e, &e->sa.soft, now)) {
		sad_tell(sad, (struct sa_event){ .kind = SA_EVENT_SOFT, .handle = e->handle });
		e->soft_told = true;
	}
}

void
sad_used(struct sad *sad, struct sad_entry *e, uint32_t bytes, uint64_t now)
{
	e->used = now;
	e->counters.packets++;
	e->counters.bytes += bytes;
	age(sad, e, now);
}

void
sad_tick(struct sad *sad, uint64_t now)
{
	for (uint32_t i = 0; i < SA_MAX; i++)
		if (sad->entry[i].handle != 0)
			age(sad, &sad->entry[i], now);
}
