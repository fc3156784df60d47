// SPDX-License-Identifier: MIT
// Colours and measures of our own clients: light, calm, all text at a contrast
// of at least 4.5 : 1 on the ground it is meant for.
#pragma once

enum theme_colour {
	THEME_WINDOW      = 0xf3f4f6,   // ground of windows and tool bars
	THEME_PAPER       = 0xffffff,   // ground of lists and documents
	THEME_LINE        = 0xd3d8df,   // hair lines between areas
	THEME_EDGE        = 0x98a2b0,   // around windows
	THEME_TITLE       = 0xe3e8ee,   // title bar
	THEME_INK         = 0x1f2630,   // text
	THEME_MUTED       = 0x5a6675,   // labels, secondary text
	THEME_ACCENT      = 0x245f8f,   // links, default button, marks
	THEME_ACCENT_INK  = 0xffffff,   // text on THEME_ACCENT
	THEME_ACCENT_DOWN = 0x1a4a71,   // accent, pressed
	THEME_SELECTED    = 0xdbe8f4,   // ground of the selected row
	THEME_BUTTON      = 0xffffff,
	THEME_BUTTON_DOWN = 0xdfe4ea,
	THEME_OFF         = 0x8a94a1,   // text of what cannot be used now
	THEME_GOOD        = 0x24673c, THEME_GOOD_GROUND   = 0xe4f3e8,
	THEME_WARN        = 0x85480a, THEME_WARN_GROUND   = 0xfdf0dc,
	THEME_BAD         = 0x9c2828, THEME_BAD_GROUND    = 0xfbe6e4,
	THEME_ESCAPE      = 0x8a1a6b, THEME_ESCAPE_GROUND = 0xf8e3f2, // visible escapes
};

enum theme_measure {
	THEME_TITLE_HEIGHT  = 28,
	THEME_PAD           = 12,       // between areas and their content
	THEME_GAP           = 8,        // between neighbours
	THEME_BUTTON_HEIGHT = 28,
	THEME_RADIUS        = 4,
	THEME_SCROLLBAR     = 12,       // width
};
