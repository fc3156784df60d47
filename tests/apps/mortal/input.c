// SPDX-License-Identifier: MIT
// The input driver with a weak point: it faults when it has taken F9's make code
// from the controller.  Everything else is input-drv/ itself.
#include "../../../input-drv/i8042.h"

bool read_byte(uint8_t *byte, bool *from_mouse);
#define i8042_read read_byte
#include "../../../input-drv/i8042.c"
#undef i8042_read

enum { F9 = 0x43 };     // scan code set 1

bool
i8042_read(uint8_t *byte, bool *from_mouse)
{
	bool some = read_byte(byte, from_mouse);

	if (some && !*from_mouse && *byte == F9)
		__builtin_trap();
	return some;
}
