// SPDX-License-Identifier: MIT
// The devices that are not a PC's own: PCI and what is on it, the screen (devices.c).
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "memory.h"

// Once per start of the guest, and again when it starts anew: after bus_clear() and
// pic_init(), before the guest's first instruction.  `params` is the guest's boot_params page,
// whose screen_info it may fill in.  Nothing of the last start may stay: not a ring, not an
// interrupt.  Sessions with servers stay open.
// Guest-physical memory beyond RAM (efifb's) is mapped by guest_map().
void devices_init(const struct guest_memory *ram, uint8_t *params);

// A signal of a session: `label` as env's, `bits` as raised.
void devices_signal(uint64_t label, uint64_t bits);

// Before each entry into the guest and each wait, `now` (TSC): sends what is to be sent, shows
// what is to be shown; returns when there is something again (DEADLINE_NONE: not by itself).
uint64_t devices_tick(uint64_t now);

// The guest has ended: what its window says, instead of its screen, until Enter is pressed.
void devices_halted(const char *text);

// True once after Enter was pressed in that window: the guest shall start anew.
bool devices_restart(void);

// Of main.c.  Our pages [from, from + size) at guest-physical `at`, 4 KiB multiples; false: no
// quota, not our memory, or something is mapped there.  They stay mapped over restarts.
bool guest_map(uint64_t at, const void *from, uint64_t size);

// Of main.c, too: nothing is mapped at [at, at + size) any more.
void guest_unmap(uint64_t at, uint64_t size);

// Nothing was mapped where the guest accessed `at` (VCPU_EXIT_MEMORY).  True: now there is.
bool devices_fault(uint64_t at);

// Words of the scenario's `argument`: the value of "vitrine.NAME=VALUE", cut; "" if not said.
void argument_value(const char *name, char *value, unsigned size);
