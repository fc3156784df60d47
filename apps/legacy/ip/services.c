// SPDX-License-Identifier: MIT
// The services as lwIP callbacks.  Echo over TCP: what came and does not fit
// into the send buffer waits in `pending`, and the window opens only as far as
// bytes went back, so a peer that does not read stops itself.
#include <stddef.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include "services.h"

enum { ECHO = 7, DISCARD = 9, CONNECTIONS = 8 };

struct connection {
	bool used, echo, ended;         // ended: the peer sends no more
	struct pbuf *pending;           // echo: received, not yet sent
};

static struct connection connections[CONNECTIONS];

static void
forget(struct connection *c)
{
	if (c->pending != NULL)
		pbuf_free(c->pending);
	*c = (struct connection){ 0 };
}

// ERR_ABRT when the connection is no more, which lwIP must be told.
static err_t
finish(struct tcp_pcb *pcb, struct connection *c)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	forget(c);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb);
	return ERR_ABRT;
}

// Send as much of what is pending as fits.
static err_t
pump(struct tcp_pcb *pcb, struct connection *c)
{
	while (c->pending != NULL) {
		struct pbuf *p = c->pending;
		u16_t n = p->len < tcp_sndbuf(pcb) ? p->len : tcp_sndbuf(pcb);

		if (n == 0 || tcp_write(pcb, p->payload, n, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break;
		tcp_recved(pcb, n);
		c->pending = pbuf_free_header(p, n);
	}
	tcp_output(pcb);
	return c->ended && c->pending == NULL ? finish(pcb, c) : ERR_OK;
}

static err_t
received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t e)
{
	struct connection *c = arg;

	(void)e;
	if (p == NULL) {
		c->ended = true;
	} else if (!c->echo) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
	} else if (c->pending == NULL) {
		c->pending = p;
	} else if (c->pending->tot_len + p->tot_len <= 0xffff) {
		pbuf_cat(c->pending, p);
	} else {
		return ERR_MEM;         // lwIP keeps it and tries again
	}
	return pump(pcb, c);
}

static err_t
sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
	(void)n;
	return pump(pcb, arg);
}

// lwIP has freed the connection already.
static void
failed(void *arg, err_t e)
{
	(void)e;
	forget(arg);
}

// `arg`: the service's connections are to be echoed, or NULL.
static err_t
accepted(void *arg, struct tcp_pcb *pcb, err_t e)
{
	unsigned i = 0;

	while (i < CONNECTIONS && connections[i].used)
		i++;
	if (e != ERR_OK || pcb == NULL || i == CONNECTIONS)
		return ERR_MEM;         // lwIP refuses it
	connections[i] = (struct connection){ .used = true, .echo = arg != NULL };
	tcp_arg(pcb, &connections[i]);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_err(pcb, failed);
	return ERR_OK;
}

static bool
listen_on(u16_t port, void *arg)
{
	struct tcp_pcb *pcb = tcp_new(), *listening;

	if (pcb == NULL || tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK)
		return false;
	listening = tcp_listen(pcb);
	if (listening == NULL)
		return false;
	tcp_arg(listening, arg);
	tcp_accept(listening, accepted);
	return true;
}

// A datagram from an echo port is not echoed: two of us would never stop.
static void
datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	(void)arg;
	if (port != ECHO)
		udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

bool
services_init(void)
{
	static char echo;
	struct udp_pcb *udp = udp_new();

	if (udp == NULL || udp_bind(udp, IP4_ADDR_ANY, ECHO) != ERR_OK)
		return false;
	udp_recv(udp, datagram, NULL);
	return listen_on(ECHO, &echo) && listen_on(DISCARD, NULL);
}
