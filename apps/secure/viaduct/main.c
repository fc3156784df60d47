// SPDX-License-Identifier: MIT
// The core's sessions: `packet` with the two stacks, `sa` with who has the keys,
// `tunnel` with who looks on.  Calls nobody but the log.
#include <base/wipe.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "clock.h"
#include "viaduct.h"

enum { TICK_MS = 1000 };

static struct viaduct viaduct;
static uint8_t content[PACKET_MAX];             // under way, in
static const struct startup_client *keys;       // of the sa session; or NULL

static struct side {
	const struct startup_client *client;
	struct packet_end in, out;
	bool wake;
} sides[TO_RED + 1];                            // by enum viaduct_to; the first is unused

static uint64_t
now_ms(void)
{
	return sys_now() / kip()->tsc_khz;
}

static void
send(enum viaduct_to to, const struct viaduct_out *out)
{
	struct side *s = &sides[to];

	if (to == TO_NOBODY)
		return;
	if (packet_put(&s->out, &out->packet, out->content))
		s->wake = true;
	else
		viaduct_drop(&viaduct, to == TO_BLACK ? DROP_RED_FULL : DROP_BLACK_FULL);
}

// The next packet of a side.  False: there is none.
static bool
pass(enum viaduct_to from, uint64_t now)
{
	struct side *s = &sides[from];
	struct viaduct_out out;
	struct packet head;
	enum packet_got got = packet_get(&s->in, &head, content, sizeof content);

	if (got == PACKET_NOTHING)
		return false;
	s->wake = true;
	if (got == PACKET_BROKEN)
		viaduct_drop(&viaduct, from == TO_RED ? DROP_RED_BROKEN : DROP_BLACK_BROKEN);
	else if (from == TO_RED)
		send(viaduct_from_red(&viaduct, content, head.length, now, &out), &out);
	else
		send(viaduct_from_black(&viaduct, content, head.length, now, &out), &out);
	return true;
}

// A bounded round, both sides in turn.  True: there may be more.
static bool
work(void)
{
	uint64_t now = now_ms();
	bool red = true, black = true;

	for (unsigned i = 0; i < PACKET_BURST && (red || black); i++) {
		red = pass(TO_RED, now);
		black = pass(TO_BLACK, now);
	}
	return red || black;
}

static void
tick(uint64_t now)
{
	struct viaduct_out out;
	enum viaduct_to to;

	sad_tick(&viaduct.sad, now);
	for (unsigned i = 0; i < SA_MAX; i++) {
		to = viaduct_dummy(&viaduct, now, &out);
		send(to, &out);
		if (to == TO_NOBODY)
			break;
	}
}

// Says what there is to see or to take.
static void
wake(void)
{
	for (enum viaduct_to to = TO_BLACK; to <= TO_RED; to++) {
		if (sides[to].wake)
			(void)!sys_raise(sides[to].client->signal, PACKET_SIGNAL);
		sides[to].wake = false;
	}
	if (keys != NULL && viaduct.sad.event_count > 0)
		(void)!sys_raise(keys->signal, SA_SIGNAL);
}

static tag_t
serve_sa(uint32_t op, unsigned words)
{
	uint64_t *mr = utcb()->mr, handle = words > 0 ? mr[0] : 0;
	struct sad_entry *e = sad_find(&viaduct.sad, handle);
	struct sa_event event;
	struct sa sa;
	enum err err;

	switch (op) {
	case SA_INSTALL:
		if (words < SA_WORDS(struct sa))
			return tag(ERR_ARG, 0, 0);
		memcpy(&sa, mr, sizeof sa);
		wipe(mr, sizeof sa);
		err = viaduct_install(&viaduct, &sa, now_ms(), &mr[0]);
		wipe(&sa, sizeof sa);
		return tag(err, 1, 0);
	case SA_DELETE:
		return tag(sad_delete(&viaduct.sad, handle), 0, 0);
	case SA_QUERY:
		if (e == NULL)
			return tag(ERR_ARG, 0, 0);
		memcpy(mr, &e->counters, sizeof e->counters);
		return tag(OK, SA_WORDS(struct sa_counters), 0);
	case SA_FLUSH:
		sad_flush(&viaduct.sad);
		return tag(OK, 0, 0);
	case SA_EVENT:
		(void)sad_event(&viaduct.sad, &event);
		memcpy(mr, &event, sizeof event);
		return tag(OK, SA_WORDS(struct sa_event), 0);
	default:
		return tag(ERR_OP, 0, 0);
	}
}

static tag_t
answer(const struct startup_client *c, tag_t t)
{
	if (c == keys)
		return serve_sa(tag_label(t), tag_words(t));
	if (strcmp(c->type, "tunnel") != 0 || tag_label(t) != TUNNEL_STATUS)
		return tag(ERR_OP, 0, 0);
	memcpy(utcb()->mr, viaduct_status(&viaduct), sizeof(struct tunnel_status));
	return tag(OK, sizeof(struct tunnel_status) / 8, 0);
}

static void
open_side(struct side *s, const struct startup_client *c)
{
	if (s->client != NULL)
		die("two clients for one side");
	s->client = c;
	s->in = packet_consumer(packet_to_server(c->shared));
	s->out = packet_producer(packet_to_client(c->shared));
}

static void
open_sessions(void)
{
	for (uint32_t i = 0; i < startup()->client_count; i++) {
		const struct startup_client *c = &startup_clients()[i];

		if (strcmp(c->type, "sa") == 0)
			keys = c;
		if (strcmp(c->type, "packet") != 0)
			continue;
		if (strcmp(c->label, "red") == 0)
			open_side(&sides[TO_RED], c);
		else if (strcmp(c->label, "black") == 0)
			open_side(&sides[TO_BLACK], c);
		else
			die("packet sessions are labelled red and black");
	}
	if (sides[TO_RED].client == NULL || sides[TO_BLACK].client == NULL)
		die("a side is missing");
}

static void
configure(void)
{
	const struct startup_memory *m = startup_memory("viaduct");
	uint32_t refused;

	if (m == NULL || m->size < sizeof(struct viaduct_config))
		die("no configuration");
	if (!gcm_possible())
		die("the processor has no instructions for AES-GCM");
	const struct viaduct_config *config = (const void *)(uintptr_t)m->addr;
	uint64_t boot = config->manuals > 0 ? clock_second_begun(config->issued) : 0;
	const char *why = viaduct_init(&viaduct, config, boot, now_ms(), &refused);

	if (why != NULL)
		die(why);
	if (refused > 0)
		log_line("manual keys refused: the clock cannot tell this start from others");
}

static uint64_t
settle(void)
{
	static uint64_t next;
	const struct sad *sad = &viaduct.sad;
	bool more = work();

	if (now_ms() >= next) {
		next = now_ms() + TICK_MS;
		tick(now_ms());
	}
	wake();
	bool aging = sad->count[SA_IN] + sad->count[SA_OUT] > 0;

	return more ? DEADLINE_ZERO : aging ? sys_in_ms(TICK_MS) : DEADLINE_NONE;
}

int
main(void)
{
	open_sessions();
	configure();
	log_line("ready");
	serve((struct handlers){ .call = answer, .idle = settle, .words = MR_MAX });
}
