// SPDX-License-Identifier: MIT
// What the emulator's timeout and debugging instructions call: nothing happens.
#include <time.h>
#include <x86emu.h>

time_t
time(time_t *t)
{
	(void)t;
	return 0;
}

unsigned
x86emu_clear_log(x86emu_t *emu, int flush)
{
	(void)emu, (void)flush;
	return 0;
}

void
x86emu_dump(x86emu_t *emu, int flags)
{
	(void)emu, (void)flags;
}

void
x86emu_reset_access_stats(x86emu_t *emu)
{
	(void)emu;
}

unsigned
x86emu_read_byte_noperm(x86emu_t *emu, unsigned addr)
{
	(void)emu, (void)addr;
	return 0;
}
