// SPDX-License-Identifier: MIT
// What the two programs made of this folder do differently: init, the root task
// (root.c), and `subsystems`, a component (subsystems.c).  Each defines all of
// this, main.c, plan.c and console.c use it.
#pragma once

#include <init_plan.h>
#include <stddef.h>

// How lines begin: its own, and "OPEN name CLOSE text" of components.  With
// `prefix` names have the plan's in front: "views/ball".
struct self_words { const char *own, *open, *close; bool prefix; };
extern const struct self_words self_words;

enum { SELF_LINE_MAX = 504 };

// Write a line of n < SELF_LINE_MAX characters.
void self_write(char line[SELF_LINE_MAX], size_t n);

// The same, where the user sees it; what cannot be set up has no window.
void self_show(char line[SELF_LINE_MAX], size_t n);

// What to do before the first message: plans to prepare or to carry out.
void self_start(void);

// A call whose label is below LABEL_RUNS is in the UTCB; the answer goes there.
tag_t self_call(uint64_t label, tag_t call);

// A signal came whose label is no component's of a plan.
void self_killed(uint64_t label);

// Carrying out a plan failed at `what` of a component, at an address of its own if that is
// not 0; may end in console_fail_of.
void self_failed(const struct run *run, uint32_t component, const char *what, uint64_t addr,
                 enum err e);

// A component of this plan has faulted and stays stopped.
void self_stopped(const struct run *run);

// RAM, its contents undefined; its address, as we see it, is aligned to 1 << align;
// 0: there is no more.
uint64_t self_memory(struct run *run, uint64_t size, unsigned align);
