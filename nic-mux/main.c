// SPDX-License-Identifier: MIT
// The network multiplexer: sessions and signals around mux.c.
#include <session/net.h>
#include <sys/serve.h>
#include "mux.h"

static struct mux mux;
static cap_t driver;                    // its signal

static void
open_sessions(void)
{
	const struct startup_use *use = startup_use("net");
	const struct startup_client *c = startup_clients();

	if (use == NULL)
		die("the scenario gives no net session");
	if (startup()->client_count < 1 || startup()->client_count > MUX_CLIENTS)
		die("too many clients");
	driver = use->signal;
	mux.count = startup()->client_count;
	mux.wire.out = net_to_server(use->shared);
	mux.wire.in = net_to_client(use->shared);
	for (unsigned i = 0; i < mux.count; i++) {
		mux.client[i].in = net_from_client(c[i].shared);
		mux.client[i].out = net_for_client(c[i].shared);
		net_address(c[i].label, mux.client[i].address);
	}
}

static void
work(uint64_t label, uint64_t bits)
{
	(void)label, (void)bits;
	mux_run(&mux);
	if (mux.wire.wake)
		(void)!sys_raise(driver, NET_SIGNAL);
	mux.wire.wake = false;
	for (unsigned i = 0; i < mux.count; i++) {
		if (mux.client[i].wake)
			(void)!sys_raise(startup_clients()[i].signal, NET_SIGNAL);
		mux.client[i].wake = false;
	}
}

static tag_t
answer(const struct startup_client *client, tag_t call)
{
	const struct mux_port *c = &mux.client[client->id - 1];

	return net_serve(tag_label(call), c->address, &c->stats);
}

int
main(void)
{
	open_sessions();
	serve((struct handlers){ .call = answer, .signal = work });
}
