// SPDX-License-Identifier: MIT
// IKE against itself over a bad network, with everything that can happen at any
// time.  Whatever happened: once the network is good, there is one tunnel.  An
// argument is how many rounds there are to be, for a long run, another one the first.
#include "tests/unit/ike_world.h"

enum { ACTIONS = 40 };

static struct world w;
static unsigned rounds = 1000, from;

static void
act(struct world *world_, unsigned what, unsigned node)
{
	struct node *n = &world_->node[node];
	const struct ike_peer *peer = world_peer(world_, node);
	uint64_t handle = 0;

	switch (what) {
	case 0: case 1:
		ike_rekey(n->ike, peer, what == 1, world_->now);
		break;
	case 2: case 3:         // both at once
		for (unsigned i = 0; i < NODES; i++)
			ike_rekey(world_->node[i].ike, world_peer(world_, i), what == 3,
			          world_->now);
		break;
	case 4:
		ike_close(n->ike, peer, world_->now);
		break;
	case 5:
		world_restart(world_, node);
		break;
	case 6:
		n->absent = !n->absent;
		break;
	case 7:
		memset(n->sa, 0, sizeof n->sa);
		ike_tell(n->ike, SA_EVENT_NONE_LEFT, 0, world_->now);
		break;
	case 8: case 9: {
		struct installed *sa = &n->sa[world_random(world_, INSTALLED)];

		handle = sa->handle;
		if (what == 8 && handle != 0)
			ike_tell(n->ike, SA_EVENT_SOFT, handle, world_->now);
		else if (handle != 0)
			sa->handle = 0, ike_tell(n->ike, SA_EVENT_HARD, handle, world_->now);
		break;
	}
	case 10:
		n->no_random = !n->no_random;
		break;
	case 11:
		n->no_install = !n->no_install;
		break;
	default:
		break;          // time goes by
	}
}

static void
test_random(void **state)
{
	uint64_t sent = 0, steps = 0;

	(void)state;
	for (unsigned round = from; round < from + rounds; round++) {
		static const uint32_t flags[] = { 0, IKE_PFS, IKE_ENCAP, IKE_ESN | IKE_PFS };

		world_init(&w, IKE_INITIATE | IKE_AES128 | IKE_X25519 | IKE_P256 |
		           flags[round % 4]);
		w.random = round;
		w.node[0].nat = round % 8 >= 6;
		for (unsigned i = 0; i < NODES; i++) {
			struct ike_peer *p = &w.node[i].config.peer[0];

			p->ike_seconds = 20 + world_random(&w, 100);
			p->child_seconds = 5 + world_random(&w, 60);
			p->dpd_seconds = 5 + world_random(&w, 10);
		}
		if (w.node[0].nat)
			w.node[1].config.peer[0].remote = 0;
		else if (round & 1)
			w.node[1].config.peer[0].flags |= IKE_INITIATE;
		w.lose = world_random(&w, 50);
		w.repeat = world_random(&w, 40);
		w.delay = world_random(&w, 3000);
		world_run(&w, 5000);
		for (unsigned i = 0; i < ACTIONS; i++) {
			act(&w, world_random(&w, 20), world_random(&w, NODES));
			world_run(&w, world_random(&w, 10000));
		}
		w.lose = w.repeat = 0;
		w.delay = 0;
		for (unsigned i = 0; i < NODES; i++) {
			w.node[i].absent = w.node[i].no_random = w.node[i].no_install = false;
			w.node[i].config.peer[0].ike_seconds = 3600;
			w.node[i].config.peer[0].child_seconds = 3600;
		}
		if (!world_run_until_agreed(&w, 10 * MINUTE))
			fail_msg("round %u does not settle", round);
		sent += w.sent;
		steps += w.steps;
		world_fini(&w);
	}
	print_message("%lu steps, %lu messages\n", steps, sent);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random) };

	if (argc > 1)
		rounds = (unsigned)atoi(argv[1]);
	if (argc > 2)
		from = (unsigned)atoi(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
