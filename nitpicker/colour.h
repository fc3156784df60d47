// SPDX-License-Identifier: MIT
// Who may use which colours.  In X-ray mode a client's colour channel c becomes
// (c >> 2) + t with 0x30 <= t <= 0x70: between 0x30 and 0xaf.  Everything that
// nitpicker draws itself has a channel outside of that range, so no client can
// imitate it (checked by tests/unit/nitpicker_xray_test.c).  Colours are 0xRRGGBB.
#pragma once

#include <stdint.h>

#define COLOUR_BLACK            0x000000u
#define COLOUR_WHITE            0xffffffu
#define COLOUR_DESKTOP          0x33414du       // where no view is
#define COLOUR_DESKTOP_XRAY     0x161c22u
#define COLOUR_STRIP            0x1b2127u
#define COLOUR_STRIP_TEXT       0xd5dde5u
#define COLOUR_STRIP_SECOND     0xb4becau
#define COLOUR_TRUSTED          0x8fe3b0u
#define COLOUR_LEGACY           0xf2c078u
#define COLOUR_KILL             0xd01818u
#define COLOUR_TITLE            0x1b2127u       // background of a client's title
#define COLOUR_TITLE_TEXT       0xd5dde5u

// The tint of a client's pixels for the plan's colour.
static inline uint32_t
colour_tint(uint32_t plan)
{
	return 0x303030u + (plan >> 2 & 0x3f3f3fu);
}

// For labels: the plan's colour, which has a channel of 0xd0 or more, as bright as black
// text needs to be legible on it (luminance about one half).
static inline uint32_t
colour_label(uint32_t plan)
{
	uint32_t r = plan >> 16 & 0xff, g = plan >> 8 & 0xff, b = plan & 0xff;

	while (2 * r + 5 * g + b < 8 * 0x70)
		r += (0xff - r + 3) / 4, g += (0xff - g + 3) / 4, b += (0xff - b + 3) / 4;
	return r << 16 | g << 8 | b;
}
