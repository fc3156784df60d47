// SPDX-License-Identifier: MIT
// What init prints on COM1, for itself and for components.
#pragma once

#include <abi/msg.h>
#include <plan/plan.h>

// Print "[init] a b".
void console_say(const char *a, const char *b);

// Print "[init] what" and stop: the system cannot be set up.
_Noreturn void console_fail(const char *what);

// LOG_WRITE from component `c`, its message in the UTCB.
enum err console_log(const struct plan_component *c, unsigned words);

// A fault message of component `c` is in the UTCB.
void console_fault(const struct plan *plan, const struct plan_component *c, enum msg_kind kind);
