// SPDX-License-Identifier: MIT
// The input driver with a weak point: it faults when it has taken F9's make code
// from the controller.  Everything else is input-drv/ itself.
#include "../../../input-drv/i8042.h"

int read_byte(void);
#define i8042_read read_byte
#include "../../../input-drv/i8042.c"
#undef i8042_read

enum { F9 = 0x43 };     // scan code set 1

int
i8042_read(void)
{
	int byte = read_byte();

	if (byte == F9)
		__builtin_trap();
	return byte;
}
