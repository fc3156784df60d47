// SPDX-License-Identifier: MIT
// How much a component's integrity rests on.  tools/mkplan puts it into the plan
// for nitpicker to show in X-ray mode; the report refuses a plan that says
// something else.
#pragma once

#include "tools/scenario/scenario.h"

// Lines of code compiled into the members of the closure, each file once: the
// project's own, and those of libraries.  Generated data does not count.
struct tcb_size { unsigned long own, third_party; };

// `build` is the build directory, with the list of sources of every program of
// the scenario, kernel and init.  False if one is missing or unreadable.
bool tcb_size(const struct scenario *s, unsigned component, const char *build,
              struct tcb_size *out);

// "11,715 + 32,934 lines", own and of libraries; only the first without libraries.
enum { TCB_SIZE_TEXT = 24 };
void tcb_size_text(struct tcb_size n, char text[TCB_SIZE_TEXT]);
