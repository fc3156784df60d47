// SPDX-License-Identifier: MIT
// Characters on a framebuffer of any depth: all bytes of a pixel are 0 or 0xff,
// which is black and white wherever red, green and blue are.
#include <draw/labelfont.h>
#include <start/screen.h>
#include <string.h>

enum {
	GLYPH_W = 8, GLYPH_H = 16,
	WORD = 10,                      // a space so near to a line's end ends it
	WHITE = 0x0f00, VGA_TEXT = 0xb8000,
	PIXELS_MAX = 16384,
};

static struct screen {
	paddr_t addr;
	uint32_t pitch, columns, rows;
	uint32_t bytes;                 // a pixel; 0: text memory
	uint32_t at;                    // the next character
	bool cleared;
} screen = { VGA_TEXT, 160, 80, 25, 0, 0, false };

bool
screen_use(paddr_t addr, uint32_t pitch, uint32_t width, uint32_t height, unsigned bits)
{
	uint32_t bytes = (bits + 7) / 8;

	if (width > PIXELS_MAX || height > PIXELS_MAX || bits > 32 || (bits != 0 && bits < 15) ||
	    pitch < width * (bits == 0 ? 2 : bytes) || pitch > PIXELS_MAX * 4 ||
	    addr > PHYS_END || (uint64_t)pitch * height > PHYS_END - addr)
		return false;
	screen = (struct screen){ addr, pitch, bits == 0 ? width : width / GLYPH_W,
	                          bits == 0 ? height : height / GLYPH_H, bytes, 0, false };
	return true;
}

static void
put_glyph(uint8_t *to, char c)
{
	const uint8_t *row = label_font[(uint8_t)(c - ' ')];

	for (unsigned y = 0; y < GLYPH_H; y++, to += screen.pitch) {
		uint8_t *pixel = to;

		// not more than interrupts can wait for
		for (unsigned bits = row[y] | 1u << GLYPH_W; bits < 1u << 2 * GLYPH_W;
		     bits <<= 1)
			for (unsigned i = 0; i < screen.bytes; i++)
				*pixel++ = bits & 0x80 ? 0xff : 0;
	}
}

static void
put(uint32_t at, char c)
{
	uint8_t *line = (uint8_t *)phys_to_virt(screen.addr) +
		(uint64_t)(at / screen.columns) * screen.pitch * (screen.bytes == 0 ? 1 : GLYPH_H);
	uint32_t column = at % screen.columns;

	if (screen.bytes == 0)
		((uint16_t *)(void *)line)[column] = (uint16_t)(WHITE | (uint8_t)c);
	else
		put_glyph(line + column * GLYPH_W * screen.bytes, c);
}

bool
screen_putc(char c)
{
	uint32_t end = screen.columns * screen.rows, left;

	if (end == 0)
		return true;
	if (!screen.cleared) {
		put(screen.at++, ' ');
		screen.cleared = screen.at >= end;
		screen.at = screen.cleared ? 0 : screen.at;
		return false;
	}
	left = screen.columns - screen.at % screen.columns;
	if ((c == '\n' && left < screen.columns) || (c == ' ' && left <= WORD))
		screen.at += left;
	else if (c != '\n' && screen.at < end)
		put(screen.at++, c < ' ' || c > '~' ? '?' : c);
	return true;
}

void
screen_end(void)
{
	screen.rows = 0;
}
