// SPDX-License-Identifier: MIT
// What init prints, for itself and for components: on COM1; as a component, in
// the log session that it has from its own parent, and in another one called
// "log", if the scenario gives one.
#pragma once

#include <abi/msg.h>
#include <init_plan.h>

// As a component: the log that shows lines besides.
extern cap_t console_log_gate;

// Print a line of init's own: "a b".
void console_say(const char *a, const char *b);

// The same about a component.
void console_say_of(const struct run *run, uint32_t component, const char *what);

// Print and stop: the system cannot be set up.
_Noreturn void console_fail(const char *what);

// LOG_WRITE from a component, its message in the UTCB.
enum err console_log(const struct run *run, uint32_t component, unsigned words);

// A fault message of a component is in the UTCB.
void console_fault(const struct run *run, uint32_t component, enum msg_kind kind);
