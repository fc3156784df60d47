// SPDX-License-Identifier: MIT
// ike-host CONFIG: the IKE component's policy as a program of this machine, to meet
// other implementations.  CONFIG is what mkike makes.  It installs nothing, but
// prints what it would.  Commands, one a line: child, ike (replace keys), close,
// status, acquire; the end of the input ends it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <base/arena.h>
#include <mbedtls/port.h>
#include "apps/secure/ike/ike.h"
#include "tests/tools/ike_admin.h"

static struct ike_config config;
static struct ike *ike;
static int sockets[2];
static uint64_t handles;
static const uint16_t ports[2] = { IKE_PORT, IKE_NAT_PORT };

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
op_send(void *self, const struct ike_path *path, const uint8_t *bytes, uint32_t n)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(path->remote_port),
	                          .sin_addr.s_addr = htonl(path->remote) };

	(void)self;
	if (sendto(sockets[path->local_port == IKE_NAT_PORT], bytes, n, 0, (struct sockaddr *)&to,
	           sizeof to) < 0)
		perror("sendto");
}

static int
op_random(void *self, unsigned char *out, size_t n)
{
	(void)self;
	return getrandom(out, n, 0) == (ssize_t)n ? 0 : -1;
}

static void
hex(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%02x", bytes[i]);
}

static bool
op_install(void *self, const struct sa *sa, uint64_t *handle)
{
	(void)self;
	*handle = ++handles;
	printf("install %llu %s %08x ", (unsigned long long)*handle,
	       sa->direction == SA_IN ? "in" : "out", sa->spi);
	hex(sa->key, sa->key_bytes);
	putchar(' ');
	hex(sa->salt, SA_SALT);
	printf(" esn %d udp %d ports %u %u inner %08x-%08x %08x-%08x\n", sa->flags & SA_ESN,
	       (sa->flags & SA_UDP) / SA_UDP, sa->local_port, sa->remote_port,
	       sa->inner_local.first,
	       sa->inner_local.last, sa->inner_remote.first, sa->inner_remote.last);
	return true;
}

static void
op_remove(void *self, uint64_t handle)
{
	(void)self;
	printf("remove %llu\n", (unsigned long long)handle);
}

static void
op_note(void *self, const struct ike_peer *peer, enum ike_event what, const char *why,
        unsigned times)
{
	(void)self;
	printf("event %s: %s", peer->name, ike_event_text(what));
	if (ike_event_is_bad(what))
		printf(" (%s, %u)", why, times);
	putchar('\n');
}

static int
open_socket(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port),
	                          .sin_addr.s_addr = htonl(config.peer[0].local) };
	int one = 1, s = socket(AF_INET, SOCK_DGRAM, 0);

	if (s < 0 || setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    bind(s, (struct sockaddr *)&at, sizeof at) != 0) {
		perror("socket");
		exit(1);
	}
	return s;
}

static void
receive(unsigned which)
{
	struct sockaddr_in from;
	socklen_t size = sizeof from;
	uint8_t bytes[65536];
	ssize_t n = recvfrom(sockets[which], bytes, sizeof bytes, MSG_DONTWAIT,
	                     (struct sockaddr *)&from, &size);
	const struct ike_path path = { config.peer[0].local, ntohl(from.sin_addr.s_addr),
	                               ports[which], ntohs(from.sin_port) };

	if (n > 0)
		ike_datagram(ike, &path, bytes, (uint32_t)n, now_ms());
}

static void
status(void)
{
	struct ike_status s = ike_status(ike, &config.peer[0]);

	printf("status up %u children %u", s.up, s.children);
	for (unsigned i = 0; i < REFUSALS; i++)
		if (ike_refused(ike)[i] != 0)
			printf("; %s %llu", ike_refusal_text((enum ike_refusal)i),
			       (unsigned long long)ike_refused(ike)[i]);
	putchar('\n');
}

static bool
command(void)
{
	const struct ike_peer *peer = &config.peer[0];
	char line[80];

	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	if (strcmp(line, "child\n") == 0)
		ike_rekey(ike, peer, true, now_ms());
	else if (strcmp(line, "ike\n") == 0)
		ike_rekey(ike, peer, false, now_ms());
	else if (strcmp(line, "close\n") == 0)
		ike_close(ike, peer, now_ms());
	else if (strcmp(line, "acquire\n") == 0)
		ike_acquire(ike, peer->inner_local.first, peer->inner_remote.first, now_ms());
	else if (strcmp(line, "status\n") == 0)
		status();
	else
		printf("what?\n");
	return true;
}

int
main(int argc, char **argv)
{
	static const struct ike_ops ops = { op_send, op_random, op_install, op_remove, op_note };
	static uint8_t memory[65536];
	struct arena arena;
	FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
	const char *why;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (f == NULL || fread(&config, sizeof config, 1, f) != 1) {
		fputs("usage: ike-host CONFIG\n", stderr);
		return 2;
	}
	why = ike_config_check(&config);
	if (why != NULL) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	arena_init(&arena, memory, sizeof memory);
	mbedtls_port_arena(&arena);
	sockets[0] = open_socket(IKE_PORT);
	sockets[1] = open_socket(IKE_NAT_PORT);
	ike = malloc(ike_size());
	ike_init(ike, &config, &ops, NULL, now_ms());
	printf("ready\n");
	for (bool on = true; on;) {
		uint64_t now = now_ms(), next = ike_tick(ike, now);
		uint64_t wait = next > now ? next - now : 0;
		struct pollfd fds[] = { { sockets[0], POLLIN, 0 }, { sockets[1], POLLIN, 0 },
		                        { 0, POLLIN, 0 } };

		poll(fds, 3, wait > 1000 ? 1000 : (int)wait);
		for (unsigned i = 0; i < 2; i++)
			if (fds[i].revents != 0)
				receive(i);
		if (fds[2].revents != 0)
			on = command();
	}
	printf("memory at most %zu, failed %zu\n", arena.peak, arena.failed);
	free(ike);
	return 0;
}
