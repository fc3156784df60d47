// SPDX-License-Identifier: MIT
// webscreen FOLDER SOCKET: shows and drives a machine whose VNC server listens
// on the UNIX socket SOCKET, on two ports of 127.0.0.1: a web page (FOLDER holds
// its files) for who knows its address, and VNC for this user's viewers.
// Prints the page's address and the port of VNC, a line each, when both can be
// used, and ends when its standard input does.  tools/run starts it.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "tools/web/page.h"
#include "tools/web/peer.h"
#include "tools/web/tunnel.h"

enum {
	VNC_PORT = 5900, VNC_PORTS = 100, BACKLOG = 16, COMPLAINTS = 3,
	PAUSE = 100,                            // milliseconds
	// two for each viewer, one for each request, files that are sent, and our own
	DESCRIPTORS = 2 * TUNNELS_MAX + 2 * PAGE_CONNECTIONS + 32,
};

// A listening socket on a port of 127.0.0.1; 0 is any free one.  *port becomes
// the one it is.  Whoever has the socket has the port: nothing is tried before.
static int
listen_on(uint16_t *port)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		return -1;
	// a port that a run before has just left is free
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

static int
listen_for_viewers(uint16_t *port)
{
	for (int n = 0; n < VNC_PORTS; n++) {
		*port = (uint16_t)(VNC_PORT + n);
		int fd = listen_on(port);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static void
end_viewer(void *self)
{
	close((int)(intptr_t)self);
}

// A viewer comes.  Other users of this machine are turned away, root included:
// a program of root may connect on behalf of anybody.  False: nobody can be let in
// now, for want of descriptors or memory.
static bool
admit_viewer(int listener)
{
	static int complaints;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
	if (peer_user_of(fd) != (long)getuid()) {
		close(fd);
		if (complaints++ < COMPLAINTS)
			fprintf(stderr, "webscreen: refused a VNC viewer of another user\n");
		return true;
	}
	tunnel_start(&(struct tunnel_client){
		.fd = fd, .kind = TUNNEL_RAW, .done = end_viewer, .self = (void *)(intptr_t)fd,
	});
	return true;
}

// Until whoever holds the other end of standard input is gone.
static void
serve(int viewers)
{
	struct pollfd fds[] = { { STDIN_FILENO, POLLIN, 0 }, { viewers, POLLIN, 0 } };
	bool room = true;
	char byte;

	for (;;) {
		// who cannot be let in would wake us over and over
		int n = poll(fds, room ? 2 : 1, room ? -1 : PAUSE);
		if (n < 0 && errno != EINTR)
			return;
		if (n > 0 && fds[0].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
			return;
		room = n <= 0 || !room || fds[1].revents == 0 || admit_viewer(viewers);
	}
}

// As many descriptors as may be in use at once, whatever the shell's own limit is.
static bool
have_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return false;
	if (limit.rlim_cur < DESCRIPTORS)
		limit.rlim_cur = DESCRIPTORS < limit.rlim_max ? DESCRIPTORS : limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= DESCRIPTORS;
}

static int
fail(const char *what)
{
	fprintf(stderr, "webscreen: %s: %s\n", what, strerror(errno));
	return 1;
}

int
main(int argc, char **argv)
{
	static struct door door;
	const struct rlimit no_core = { 0, 0 };
	uint8_t secret[DOOR_SECRET];
	uint16_t port = 0, vnc_port;

	if (argc != 3 || strlen(argv[2]) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
		fprintf(stderr, "usage: webscreen FOLDER SOCKET (a path of less than 108 bytes)\n");
		return 2;
	}
	// a browser that goes away is no reason to end
	signal(SIGPIPE, SIG_IGN);
	// the token stays in this process and on the terminal
	setrlimit(RLIMIT_CORE, &no_core);
	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return fail("no random numbers");
	if (!have_descriptors()) {
		fprintf(stderr, "webscreen: %d open files are needed: say ulimit -n %d first\n",
		        DESCRIPTORS, DESCRIPTORS);
		return 1;
	}
	int web = listen_on(&port), viewers = listen_for_viewers(&vnc_port);
	if (web < 0)
		return fail("no free port on 127.0.0.1");
	if (viewers < 0)
		return fail("no free port on 127.0.0.1 from 5900 to 5999");
	door_init(&door, secret, port);
	tunnel_init(argv[2]);
	if (!page_start(web, port, &door, argv[1]))
		return 1;
	printf("http://%s/%s/\n%u\n", door.host[0], door.token, vnc_port);
	if (fflush(stdout) != 0)
		return fail("standard output");
	serve(viewers);
	return 0;
}
