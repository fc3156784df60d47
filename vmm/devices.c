// SPDX-License-Identifier: MIT
// No devices yet but those of main.c: the guest speaks to the log.
#include <sys/sys.h>
#include "devices.h"

void
devices_init(const struct guest_memory *ram, uint8_t *params)
{
	(void)ram, (void)params;
}

void
devices_signal(uint64_t label, uint64_t bits)
{
	(void)label, (void)bits;
}

uint64_t
devices_tick(uint64_t now)
{
	(void)now;
	return DEADLINE_NONE;
}

void
devices_halted(const char *text)
{
	(void)text;
}

bool
devices_restart(void)
{
	return false;
}
