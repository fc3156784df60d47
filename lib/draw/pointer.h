// SPDX-License-Identifier: MIT
// The pointer: a black arrow with a white border, to be seen on everything.  For
// nitpicker, and for a program that has a screen of its own.
#pragma once

enum { POINTER_W = 12, POINTER_H = 19 };

// One row: '#' black, '.' white, else what lies below.
static const char pointer_shape[POINTER_H][POINTER_W + 1] = {
	"..          ",
	".#.         ",
	".##.        ",
	".###.       ",
	".####.      ",
	".#####.     ",
	".######.    ",
	".#######.   ",
	".########.  ",
	".#########. ",
	".##########.",
	".######.....",
	".###.##.    ",
	".##..##.    ",
	".#.  .##.   ",
	"..   .##.   ",
	"      .##.  ",
	"      .##.  ",
	"       ..   ",
};
