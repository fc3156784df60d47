// SPDX-License-Identifier: MIT
// Messages between threads: send, call, open wait, reply; faults as messages;
// signals and interrupts received in the same place.
#pragma once

#include <source.h>
#include <thread.h>

#define SENDER_BITS 0x0000ffffffff0f7full       // of a tag: what the sender may set

// The IPC half of the system call, once the capability is known to be a gate
// (NULL: a reply or a wait).  The result is in t's registers when it runs again.
void ipc_invoke(struct thread *t, struct source *gate, unsigned flags, tag_t tag,
                uint64_t deadline);

// Something of `s` is pending: tell its thread, now or at its next wait.
void ipc_notify(struct source *s);

// The priority of `t` has changed: if it waits to send, that is its place.
void ipc_sort(struct thread *t);

// End whatever wait `t` is in, with an error.  Nothing happens if it is in none.
void ipc_cancel(struct thread *t, enum err e);

// `t`, current, faulted: send to `gate` (NULL: just stop it).
void ipc_fault(struct thread *t, struct source *gate, enum msg_kind kind);

// `t` ends: nobody waits for it any more.
void ipc_fini(struct thread *t);
