// SPDX-License-Identifier: MIT
// Which functions of given headers a program contains, from its debug
// information: for the stubs of system calls and sessions, which are inline,
// that says what it can ask kernel and servers for.
#pragma once

#include <stdbool.h>

typedef void found_call(void *context, const char *header, const char *name);

// Calls found for each place in `path` where a function that is defined in a
// header below lib/sys/, lib/session/ or lib/app/ became code.  False: no debug information.
bool calls_find(const char *path, found_call *found, void *context);
