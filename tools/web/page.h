// SPDX-License-Identifier: MIT
// The HTTP side: gives the page's files and turns a request for the screen into
// a tunnel, to those whom the door lets in.  libmicrohttpd reads the requests.
#pragma once

#include <stdint.h>
#include "tools/web/door.h"

enum { PAGE_CONNECTIONS = 64 };                 // more than viewers and strangers

// Serves on this listening socket of 127.0.0.1:port, from a thread of its own,
// the files below this folder.  False with an explanation on stderr.
bool page_start(int listener, uint16_t port, const struct door *door, const char *folder);
