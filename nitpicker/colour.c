// SPDX-License-Identifier: MIT
// The plan's colours made fit for labels.
#include "colour.h"

uint32_t
colour_label(uint32_t plan)
{
	uint32_t r = plan >> 16 & 0xff, g = plan >> 8 & 0xff, b = plan & 0xff;
	uint32_t max = r > g ? r : g;

	max = max > b ? max : b;
	if (max == 0)
		r = g = b = max = 1;
	if (max < 0xd0)
		r = r * 0xe0 / max, g = g * 0xe0 / max, b = b * 0xe0 / max;
	// towards white until black text is legible (luminance about one half)
	while (2 * r + 5 * g + b < 8 * 0x70)
		r += (0xff - r + 3) / 4, g += (0xff - g + 3) / 4, b += (0xff - b + 3) / 4;
	return r << 16 | g << 8 | b;
}
