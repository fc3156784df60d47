// SPDX-License-Identifier: MIT
// Packet sessions, for a stack with other names for things.
#include <session/packet.h>
#include <sys/startup.h>
#include "stream.h"

_Static_assert((int)STREAM_MAX == PACKET_MAX && (int)STREAM_BURST == PACKET_BURST &&
               sizeof(struct stream_head) == sizeof(struct packet), "those of the session");

enum { STREAMS = 2 };

struct stream {
	const struct startup_use *use;
	struct packet_end out, in;
};

static struct stream streams[STREAMS];

struct stream *
stream_open(const char *name)
{
	const struct startup_use *use = startup_use(name);
	unsigned i = 0;

	while (i < STREAMS && streams[i].use != NULL)
		i++;
	if (use == NULL || i == STREAMS)
		return NULL;
	streams[i].use = use;
	streams[i].out = packet_producer(packet_to_server(use->shared));
	streams[i].in = packet_consumer(packet_to_client(use->shared));
	return &streams[i];
}

bool
stream_send(struct stream *s, const struct stream_head *head, const uint8_t *content)
{
	struct packet packet;

	memcpy(&packet, head, sizeof packet);
	return packet_put(&s->out, &packet, content) &&
	       sys_raise(s->use->signal, PACKET_SIGNAL) == OK;
}

bool
stream_receive(struct stream *s, struct stream_head *head, uint8_t content[STREAM_MAX])
{
	struct packet packet;
	enum packet_got got = packet_get(&s->in, &packet, content, STREAM_MAX);

	memcpy(head, &packet, sizeof *head);
	return got == PACKET_GOT;
}

void
stream_taken(struct stream *s)
{
	(void)!sys_raise(s->use->signal, PACKET_SIGNAL);
}
