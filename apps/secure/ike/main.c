// SPDX-License-Identifier: MIT
// Connects IKE with its sessions: serves `packet` to the black stack, which
// carries its datagrams, uses `sa` of whoever does ESP.  Calls only the latter,
// and the log.
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/port.h>
#include <base/arena.h>
#include <base/put.h>
#include <base/random.h>
#include <session/packet.h>
#include <sys/serve.h>
#include <sys/startup_memory.h>
#include "state.h"

static struct ike ike;
static struct sa_session keys;
static const struct startup_client *stack;
static struct packet_end in, out;
static bool wake;                               // the stack is to look
static mbedtls_hmac_drbg_context generator;
static uint8_t memory[48 << 10];                // of mbedTLS
static uint8_t content[4 + IKE_MESSAGE_MAX + 1];        // a longer one is seen to be longer

static uint64_t
now_ms(void)
{
	return sys_now() / kip()->tsc_khz;
}

static void
op_send(void *self, const struct ike_path *path, const uint8_t *bytes, uint32_t n)
{
	const struct packet p = { n, path->local, path->remote, path->local_port,
	                          path->remote_port };

	(void)self;
	if (packet_put(&out, &p, bytes))
		wake = true;                    // else it is lost, as in any network
}

static bool
op_install(void *self, const struct sa *sa, uint64_t *handle)
{
	(void)self;
	return sa_install(keys, sa, handle) == OK;
}

static void
op_remove(void *self, uint64_t handle)
{
	(void)self;
	(void)!sa_delete(keys, handle);         // it may have expired by itself
}

// "NAME: text", both of them short.
static void
say(const char *name, const char *text)
{
	char line[96];

	*put_text(put_text(put_text(line, name), ": "), text) = 0;
	log_line(line);
}

static void
op_note(void *self, const struct ike_peer *peer, enum ike_event what, const char *why,
        unsigned times)
{
	char line[192], *end = put_text(put_text(put_text(line, peer->name), ": "),
	                                ike_event_text(what));

	(void)self;
	if (ike_event_is_bad(what)) {
		end = put_text(put_text(end, " ("), why);
		if (times > 1)
			end = put_text(put_number(put_text(end, ", "), times), " times");
		end = put_text(end, ")");
	}
	*end = 0;
	log_line(line);
}

// Each reason the first time, and the 10th, 100th: who floods us does not flood the log.
static void
say_refusals(void)
{
	static uint64_t next[REFUSALS];

	for (unsigned i = 0; i < REFUSALS; i++) {
		const char *text = ike_refusal_text((enum ike_refusal)i);
		char times[32];

		if (ike.refused[i] == 0 || ike.refused[i] < next[i])
			continue;
		*put_text(put_number(put_text(times, "refused "), ike.refused[i]), " times") = 0;
		say(next[i] != 0 ? times : "refused", text);
		do
			next[i] = next[i] != 0 ? 10 * next[i] : 10;
		while (next[i] <= ike.refused[i]);
	}
}

static void
take_events(void)
{
	struct sa_event e;

	for (unsigned i = 0; i < SA_MAX && sa_event(keys, &e) == OK &&
	     e.kind != SA_EVENT_NOTHING; i++)
		ike_told(&ike, &e, now_ms());
}

// A bounded round.  True: there may be more.
static bool
take_packets(void)
{
	struct packet p;

	for (unsigned i = 0; i < PACKET_BURST; i++) {
		enum packet_got got = packet_get(&in, &p, content, sizeof content);

		if (got == PACKET_NOTHING)
			return false;
		wake = true;
		if (got == PACKET_GOT)
			ike_datagram(&ike, &(struct ike_path){ p.local, p.remote, p.local_port,
			                                       p.remote_port },
			             content, p.length, now_ms());
		else
			refuse(&ike, REFUSED_LONG);
		ike_tick(&ike, now_ms());
	}
	return true;
}

static void
open_sessions(void)
{
	const struct startup_use *use = startup_use("sa");

	if (use == NULL)
		die("the scenario gives no sa session");
	if (startup()->client_count != 1 || strcmp(startup_clients()->type, "packet") != 0)
		die("there must be one client, of type packet");
	keys = (struct sa_session){ use->gate };
	stack = startup_clients();
	in = packet_consumer(packet_to_server(stack->shared));
	out = packet_producer(packet_to_client(stack->shared));
}

static void
start(void)
{
	static const struct ike_ops ops = { op_send, mbedtls_hmac_drbg_random, op_install,
	                                    op_remove, op_note };
	static struct ike_config config;
	static struct arena arena;
	const struct startup_memory *m = startup_memory("ike");
	const char *why;

	if (m == NULL || m->size < sizeof config)
		die("no configuration");
	memcpy(&config, (const void *)(uintptr_t)m->addr, sizeof config);
	why = ike_config_check(&config);
	if (why != NULL)
		die(why);
	arena_init(&arena, memory, sizeof memory);
	mbedtls_port_arena(&arena);
	mbedtls_hmac_drbg_init(&generator);
	if (mbedtls_hmac_drbg_seed(&generator, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
	                           random_bytes, NULL, NULL, 0) != 0)
		die("the processor gives no random numbers");
	(void)!sa_flush(keys);                  // what an earlier life of ours agreed upon
	ike_init(&ike, &config, &ops, &generator, now_ms());
}

// All there is to do; then the next thing by itself is due at the deadline.
static uint64_t
settle(void)
{
	bool more = take_packets();

	take_events();
	uint64_t next = ike_tick(&ike, now_ms());

	say_refusals();
	if (wake)
		(void)!sys_raise(stack->signal, PACKET_SIGNAL);
	wake = false;
	if (more)
		return DEADLINE_ZERO;
	return next == UINT64_MAX ? DEADLINE_NONE : next * kip()->tsc_khz;
}

int
main(void)
{
	open_sessions();
	start();
	log_line("ready");
	serve((struct handlers){ .idle = settle });
}
