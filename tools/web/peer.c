// SPDX-License-Identifier: MIT
// Looks a connection up in the kernel's list; webscreen.c and page.c ask.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "tools/web/peer.h"

enum { ESTABLISHED = 1, ADDRESS = 32 };

// An address as the lists write it: the words of its memory as hexadecimal
// numbers.  A program may use IPv6 sockets for IPv4, too (RFC 4291, 2.5.5.2).
static bool
is_address(const char *text, const struct sockaddr_in *address)
{
	char wanted[ADDRESS + 1];

	snprintf(wanted, sizeof(wanted), "0000000000000000%08X%08X", htonl(0xffff),
	         address->sin_addr.s_addr);
	return strcmp(text, strlen(text) == 8 ? wanted + ADDRESS - 8 : wanted) == 0;
}

long
peer_line(const char *line, const struct sockaddr_in *theirs, const struct sockaddr_in *ours)
{
	char local[ADDRESS + 1], remote[ADDRESS + 1];
	unsigned local_port, remote_port, state, user;
	unsigned long inode;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %u %*d %lu",
	           local, &local_port, remote, &remote_port, &state, &user, &inode) != 7)
		return PEER_UNKNOWN;
	// a connection that its owner has closed is written as root's, without an inode
	if (state != ESTABLISHED || inode == 0 || local_port != ntohs(theirs->sin_port) ||
	    remote_port != ntohs(ours->sin_port) || !is_address(local, theirs) ||
	    !is_address(remote, ours))
		return PEER_UNKNOWN;
	return (long)user;
}

static long
look_in(const char *list, const struct sockaddr_in *theirs, const struct sockaddr_in *ours)
{
	char line[512];
	long user = PEER_UNKNOWN;
	FILE *f = fopen(list, "re");

	if (f == NULL)
		return PEER_UNKNOWN;
	while (user == PEER_UNKNOWN && fgets(line, sizeof(line), f) != NULL)
		user = peer_line(line, theirs, ours);
	fclose(f);
	return user;
}

long
peer_user(const struct sockaddr_in *theirs, const struct sockaddr_in *ours)
{
	long user = look_in("/proc/net/tcp", theirs, ours);

	return user != PEER_UNKNOWN ? user : look_in("/proc/net/tcp6", theirs, ours);
}

// Established now is established all the time since it was accepted, and the
// addresses were nobody else's in that time.
static bool
is_established(int connection)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(connection, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 &&
	       info.tcpi_state == ESTABLISHED;
}

long
peer_user_of(int connection)
{
	struct sockaddr_in theirs, ours;
	socklen_t theirs_len = sizeof(theirs), ours_len = sizeof(ours);

	if (getpeername(connection, (struct sockaddr *)&theirs, &theirs_len) != 0 ||
	    getsockname(connection, (struct sockaddr *)&ours, &ours_len) != 0)
		return PEER_UNKNOWN;
	long user = peer_user(&theirs, &ours);
	return is_established(connection) ? user : PEER_UNKNOWN;
}
