// SPDX-License-Identifier: MIT
// Which user is at the other end of a connection over loopback.  VNC has no
// password that deserves the name, so the system's own knowledge decides.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

enum { PEER_UNKNOWN = -1 };

// The user who opened the connection from `theirs` to `ours`, as long as it is
// established, or PEER_UNKNOWN: the list of connections (/proc/net, see proc(5))
// cannot be read or does not have it.  These are words about addresses: whoever
// has an accepted connection asks peer_user_of instead.
long peer_user(const struct sockaddr_in *theirs, const struct sockaddr_in *ours);

// The user at the other end of this accepted connection.  One that was reset
// before is PEER_UNKNOWN: its addresses may be those of somebody else's by now,
// while what its owner sent can still be read.
long peer_user_of(int connection);

// The same for one line of /proc/net/tcp or tcp6.
long peer_line(const char *line, const struct sockaddr_in *theirs, const struct sockaddr_in *ours);
