// SPDX-License-Identifier: MIT
// Two buffers, one for each direction; neither side is read while the other has
// not taken what came before.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "tools/web/frame.h"
#include "tools/web/tunnel.h"

enum {
	PIECE = 16384,          // bytes read at once
	PROTOCOL_ERROR = 1002, GOING_AWAY = 1001,       // close codes (RFC 6455, 7.4.1)
};

struct buffer {
	size_t from, to;
	uint8_t bytes[PIECE + FRAME_HEAD_OURS];
};

struct tunnel {
	struct tunnel_client client;
	int machine;
	struct frame_reader frames;
	bool pinged;
	uint8_t pong[FRAME_CONTROL];
	size_t pong_len;
	struct buffer up, down;                 // to the machine, to the client
};

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static atomic_int tunnels;

void
tunnel_init(const char *path)
{
	memccpy(address.sun_path, path, 0, sizeof(address.sun_path) - 1);
}

bool
tunnel_has_room(void)
{
	return atomic_load(&tunnels) < TUNNELS_MAX;
}

static bool
would_block(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void
put(struct buffer *b, const void *bytes, size_t len)
{
	memcpy(b->bytes + b->to, bytes, len);
	b->to += len;
}

// Sends as much as is taken; false when the other side is gone.
static bool
drain(struct buffer *b, int fd)
{
	ssize_t n = send(fd, b->bytes + b->from, b->to - b->from, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return would_block();
	b->from += (size_t)n;
	if (b->from == b->to)
		b->from = b->to = 0;
	return true;
}

static void
put_control(struct tunnel *t, enum frame_opcode opcode, const uint8_t *payload, size_t len)
{
	uint8_t head[FRAME_HEAD_OURS];

	put(&t->down, head, frame_head(head, opcode, len));
	put(&t->down, payload, len);
}

// The last frame; nobody waits until it is taken.
static void
say_goodbye(struct tunnel *t, unsigned code)
{
	const uint8_t payload[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	if (t->client.kind != TUNNEL_WEBSOCKET || t->down.to != 0)
		return;
	put_control(t, FRAME_CLOSE, payload, sizeof(payload));
	drain(&t->down, t->client.fd);
}

// Bytes of the client, at most PIECE, with `up` empty.  False: the end.
static bool
from_client(struct tunnel *t, uint8_t *bytes, size_t len)
{
	struct frame_bytes in = { bytes, len }, data;

	if (t->client.kind == TUNNEL_RAW) {
		put(&t->up, bytes, len);
		return true;
	}
	for (;;) {
		switch (frame_read(&t->frames, &in, &data)) {
		case FRAME_MORE:
			return true;
		case FRAME_DATA:
			put(&t->up, data.at, data.len);
			break;
		case FRAME_PINGED:
			// the latest is answered (5.5.3)
			t->pinged = true;
			t->pong_len = t->frames.control_len;
			memcpy(t->pong, t->frames.control, t->pong_len);
			break;
		case FRAME_CLOSED:
			say_goodbye(t, GOING_AWAY);
			return false;
		case FRAME_BROKEN:
		default:
			say_goodbye(t, PROTOCOL_ERROR);
			return false;
		}
	}
}

static bool
read_client(struct tunnel *t)
{
	uint8_t bytes[PIECE];
	ssize_t n = recv(t->client.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0)
		return would_block();
	return n > 0 && from_client(t, bytes, (size_t)n);
}

// What the machine sends becomes one frame, with `down` empty.
static bool
read_machine(struct tunnel *t)
{
	uint8_t head[FRAME_HEAD_OURS], bytes[PIECE];
	ssize_t n = recv(t->machine, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0)
		return would_block();
	if (n == 0) {
		say_goodbye(t, GOING_AWAY);
		return false;
	}
	if (t->client.kind == TUNNEL_WEBSOCKET)
		put(&t->down, head, frame_head(head, FRAME_BINARY, (size_t)n));
	put(&t->down, bytes, (size_t)n);
	return true;
}

// Waits until something can be moved and moves it.
static bool
step(struct tunnel *t)
{
	int up = t->up.to > 0, down = t->down.to > 0;
	struct pollfd fds[] = {
		{ t->client.fd, (short)((up ? 0 : POLLIN) | (down ? POLLOUT : 0)), 0 },
		{ t->machine, (short)((down ? 0 : POLLIN) | (up ? POLLOUT : 0)), 0 },
	};

	// a side that is not waited for would wake us by its end, over and over
	for (int i = 0; i < 2; i++)
		if (fds[i].events == 0)
			fds[i].fd = -1;
	if (poll(fds, 2, -1) < 0)
		return errno == EINTR;
	if (t->up.to > 0 && fds[1].revents != 0 && !drain(&t->up, t->machine))
		return false;
	if (t->down.to > 0 && fds[0].revents != 0 && !drain(&t->down, t->client.fd))
		return false;
	if (t->up.to == 0 && fds[0].revents != 0 && !read_client(t))
		return false;
	if (t->down.to == 0 && fds[1].revents != 0 && !read_machine(t))
		return false;
	// between two frames, and without waiting for one
	if (t->pinged && t->down.to == 0) {
		put_control(t, FRAME_PONG, t->pong, t->pong_len);
		t->pinged = false;
	}
	return true;
}

static void
finish(struct tunnel *t)
{
	if (t->machine >= 0)
		close(t->machine);
	t->client.done(t->client.self);
	free(t);
	atomic_fetch_sub(&tunnels, 1);
}

static void *
run(void *tunnel)
{
	struct tunnel *t = tunnel;

	while (step(t))
		;
	finish(t);
	return NULL;
}

// False: nobody would serve this client.
static bool
begin(struct tunnel *t)
{
	pthread_t thread;

	// at most PIECE: the request's buffer is smaller
	if (t->client.first_len > PIECE)
		return false;
	t->machine = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->machine < 0 ||
	    connect(t->machine, (struct sockaddr *)&address, sizeof(address)) != 0)
		return false;
	if (t->client.first_len > 0) {
		uint8_t first[PIECE];

		memcpy(first, t->client.first, t->client.first_len);
		if (!from_client(t, first, t->client.first_len))
			return false;
	}
	if (pthread_create(&thread, NULL, run, t) != 0)
		return false;
	pthread_detach(thread);
	return true;
}

void
tunnel_start(const struct tunnel_client *client)
{
	struct tunnel *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		client->done(client->self);
		return;
	}
	t->client = *client;
	t->machine = -1;
	if (atomic_fetch_add(&tunnels, 1) >= TUNNELS_MAX || !begin(t))
		finish(t);
}
