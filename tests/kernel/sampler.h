// SPDX-License-Identifier: MIT
// How late an urgent thread wakes while a less urgent one makes the kernel
// work hard.  Booted in place of init under -icount shift=0,sleep=off, where
// the time-stamp counter counts instructions.  The sampler sleeps again and
// again; how much after its deadline it runs is what the kernel could not be
// interrupted for, plus the way out.  Prints "latency: NAME MAX SAMPLES".
#pragma once

#include "env.h"

enum { PRIORITY_WORKER = 100 };

// Starts both, and says "latency: end" when the worker ends.
_Noreturn void sampler_main(child_fn *worker);

// In the worker: what is between them is measured.
void measure_start(void);
void measure_hold(void);
void measure_end(const char *name);

// Ends the worker, and tells what has failed.
void must(enum err e, const char *what);
