// SPDX-License-Identifier: MIT
// IKE: configurations that are refused, and small rules that no other test rests on.
#include "tests/unit/ike_world.h"

static struct world w;

static void
refuses(const struct ike_config *c, const char *why)
{
	const char *said = ike_config_check(c);

	assert_string_equal(said != NULL ? said : "", why);
}

static void
test_config(void **state)
{
	static struct ike_config good, c;
	struct ike_peer *p = &c.peer[1];

	(void)state;
	world_init(&w, PLAIN);
	good = w.node[0].config;
	good.count = IKE_PEERS;
	for (unsigned i = 1; i < IKE_PEERS; i++) {
		good.peer[i] = good.peer[0];
		good.peer[i].remote_id.bytes[0] = (uint8_t)('a' + i);
	}
	refuses(&good, "");
#define REFUSES(change, why) (c = good, change, refuses(&c, why))
	REFUSES(c.magic++, "this is no IKE configuration");
	REFUSES(c.count = 0, "too few or too many peers");
	REFUSES(c.count++, "too few or too many peers");
	REFUSES(p->name[0] = 0, "a peer has no name");
	REFUSES(p->name[15] = 'x', "a peer has no name");
	REFUSES(p->local = 0, "a peer has no local address");
	REFUSES(p->remote = 0, "nobody can connect to a peer of any address");
	REFUSES((p->remote = 0, p->flags &= ~(uint32_t)IKE_INITIATE), "");
	REFUSES(p->inner_local.last = p->inner_local.first - 1,
	        "a range of inner addresses ends before it starts");
	REFUSES(p->inner_remote.last = p->inner_remote.first - 1,
	        "a range of inner addresses ends before it starts");
	REFUSES((p->inner_local.last = p->inner_local.first,
	         p->inner_remote.last = p->inner_remote.first), "");
	REFUSES(p->flags |= 256, "a peer has unknown flags");
	REFUSES(p->flags &= ~(uint32_t)IKE_KEYS, "a peer has no key length, or no group");
	REFUSES(p->flags &= ~(uint32_t)IKE_GROUPS, "a peer has no key length, or no group");
	REFUSES(p->ike_seconds = IKE_SECONDS_MIN - 1, "a time is out of range");
	REFUSES(p->child_seconds = IKE_SECONDS_MAX + 1, "a time is out of range");
	REFUSES(p->dpd_seconds = IKE_SECONDS_MIN - 1, "a time is out of range");
	REFUSES((p->ike_seconds = p->dpd_seconds = IKE_SECONDS_MIN,
	         p->child_seconds = IKE_SECONDS_MAX), "");
	REFUSES(p->mtu = 575, "an MTU is too small");
	REFUSES(p->mtu = 576, "");
	REFUSES(p->psk_length = IKE_PSK_MIN - 1, "a key is too short or too long");
	REFUSES(p->psk_length = IKE_PSK_MAX + 1, "a key is too short or too long");
	REFUSES(p->psk_length = IKE_PSK_MIN, "");
	REFUSES(p->psk_length = IKE_PSK_MAX, "");
}

// Names are what tells peers apart: each must be one, and of one peer.
static void
test_config_names(void **state)
{
	static const struct { uint8_t type, length; bool good; } names[] = {
		{ IKE_ID_IPV4, 4, true }, { IKE_ID_IPV4, 3, false }, { IKE_ID_IPV4, 5, false },
		{ IKE_ID_FQDN, 1, true }, { IKE_ID_MAIL, IKE_ID_MAX, true },
		{ IKE_ID_KEY, 7, true }, { IKE_ID_FQDN, 0, false }, { 0, 4, false },
		{ IKE_ID_KEY, IKE_ID_MAX + 1, false }, { 9, 4, false },
	};
	static struct ike_config c;

	(void)state;
	world_init(&w, PLAIN);
	c = w.node[0].config;
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		for (unsigned remote = 0; remote < 2; remote++) {
			struct ike_peer *p = &c.peer[0];

			*p = w.node[0].config.peer[0];
			*(remote ? &p->remote_id : &p->local_id) =
				(struct ike_id){ names[i].type, names[i].length, "abcd" };
			refuses(&c, names[i].good ? "" :
			        "a name of a peer or of this side is malformed");
		}
	c.count = IKE_PEERS;
	for (unsigned i = 0; i < IKE_PEERS; i++) {
		c.peer[i] = w.node[0].config.peer[0];
		c.peer[i].remote_id.bytes[4] = (uint8_t)('a' + i);
	}
	refuses(&c, "");
	for (unsigned i = 1; i < IKE_PEERS; i++)
		for (unsigned k = 0; k < i; k++) {
			struct ike_id was = c.peer[i].remote_id;

			c.peer[i].remote_id = c.peer[k].remote_id;
			refuses(&c, "two peers have the same name");
			c.peer[i].remote_id.bytes[c.peer[k].remote_id.length] ^= 1;
			refuses(&c, "two peers have the same name");    // as far as it goes
			c.peer[i].remote_id.type = IKE_ID_FQDN;
			refuses(&c, "");
			c.peer[i].remote_id = c.peer[k].remote_id;
			c.peer[i].remote_id.length--;
			refuses(&c, "");
			c.peer[i].remote_id = was;
		}
}

// One byte that keeps a NAT open is no message; without it, or elsewhere, it is a bad one.
static void
test_keepalive(void **state)
{
	static const struct {
		uint16_t port;
		uint32_t n;
		uint8_t byte;
		enum ike_refusal why;
	} t[] = {
		{ IKE_NAT_PORT, 1, 0xff, ACCEPTED }, { IKE_NAT_PORT, 1, 0xfe, REFUSED_PORT },
		{ IKE_NAT_PORT, 2, 0xff, REFUSED_PORT }, { IKE_NAT_PORT, 0, 0, REFUSED_PORT },
		{ IKE_PORT, 1, 0xff, REFUSED_SHORT }, { 501, 1, 0xff, REFUSED_PORT },
	};

	(void)state;
	world_init(&w, PLAIN);
	world_restart(&w, 0), world_restart(&w, 1);
	for (unsigned i = 0; i < sizeof t / sizeof t[0]; i++) {
		const struct ike_path path = { 0xc0000202, 0xc0000201, t[i].port, t[i].port };
		uint8_t *exact = malloc(t[i].n);        // so that the sanitizer knows its end
		uint64_t before[REFUSALS];

		memset(exact, t[i].byte, t[i].n);
		memcpy(before, w.node[1].ike->refused, sizeof before);
		ike_datagram(w.node[1].ike, &path, exact, t[i].n, w.now);
		for (unsigned k = 0; k < REFUSALS; k++)
			assert_int_equal(w.node[1].ike->refused[k] - before[k],
			                 t[i].why != ACCEPTED && t[i].why == k);
		free(exact);
	}
}

// An error about who we are: nothing is kept of it on our side, for the peer has nothing;
// and who was not authenticated is nobody, whose failure delays nothing of a peer's.
static void
test_not_authenticated(void **state)
{
	struct ike_sa *sa;

	(void)state;
	world_init(&w, PLAIN);
	w.node[1].config.peer[0].psk[3] ^= 1;
	world_run(&w, 100);
	assert_int_equal(world_refused(&w, 0, REFUSED_ERROR), 1);
	assert_int_equal(sa_count(w.node[0].ike, FREE, FREE, NOBODY, &sa), SAS);
	assert_int_equal(w.sent, 4);
	assert_int_equal(world_refused(&w, 1, REFUSED_KEY), 1);
	assert_int_equal(sa_count(w.node[1].ike, GONE, GONE, NOBODY, &sa), 1);
	assert_int_equal(sa->peer, NOBODY);
	assert_int_equal(w.node[1].ike->link[0].connect_at, 0);
}

static void
no_deletion(struct world *world_, struct datagram *d)
{
	(void)world_;
	if (d->bytes[HEADER_EXCHANGE] == EX_INFORM)
		d->used = false;
}

// Who has answered with new keys does not replace them before the peer surely has them:
// when it asks something else, or after SURE_MS.
static void
test_sure(void **state)
{
	(void)state;
	for (unsigned told = 0; told < 2; told++) {
		world_init(&w, PLAIN);
		assert_true(world_run_until_agreed(&w, 2000));
		w.tamper = told ? NULL : no_deletion;
		ike_rekey(w.node[0].ike, world_peer(&w, 0), true, w.now);
		world_run(&w, 1000);
		uint32_t spi = world_newest(&w.node[1], SA_OUT)->spi;
		ike_rekey(w.node[1].ike, world_peer(&w, 1), true, w.now);
		world_run(&w, 1000);
		if (told)
			assert_int_not_equal(world_newest(&w.node[1], SA_OUT)->spi, spi);
		else
			assert_int_equal(world_newest(&w.node[1], SA_OUT)->spi, spi);
		world_fini(&w);
	}
	world_init(&w, PLAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(test_config),
		world_test(test_config_names),
		world_test(test_keepalive),
		world_test(test_not_authenticated),
		world_test(test_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
