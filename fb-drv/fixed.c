// SPDX-License-Identifier: MIT
// One mode, which the boot loader has set; the card is not touched.
#include "modes.h"

unsigned
modes_find(uint64_t frame, uint64_t size, struct fb_mode modes[MODES_MAX])
{
	(void)frame, (void)size, (void)modes;
	return 1;
}

bool
modes_set(unsigned i)
{
	return i == 0;
}
