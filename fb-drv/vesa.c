// SPDX-License-Identifier: MIT
// VBE functions 0, 1 and 2.  What the BIOS answers is checked like any input.
#include <string.h>
#include "bios.h"
#include "vesa.h"

enum {
	VBE_INFO = 0x4f00, VBE_MODE_INFO = 0x4f01, VBE_SET_MODE = 0x4f02, VBE_GOOD = 0x004f,
	SET_LINEAR = 1 << 14, SET_KEEP = 1 << 15,
	SUPPORTED = 1 << 0, GRAPHICS = 1 << 4, LINEAR = 1 << 7,
	DIRECT_COLOUR = 6, WIDTH_MIN = 320, HEIGHT_MIN = 200, PIXELS_MAX = 16384, LIST_END = 0xffff, INFO_SIZE = 512,
};

// The start of ModeInfoBlock.
struct mode_info {
	uint16_t attributes;
	uint8_t  windows[14];
	uint16_t bytes_per_line, width, height;
	uint8_t  cell[2], planes, bits, banks, model, bank_size, pages, reserved;
	uint8_t  red_size, red_at, green_size, green_at, blue_size, blue_at;
	uint8_t  unused[3];
	uint32_t frame;
	uint8_t  reserved2[6];
	uint16_t linear_bytes_per_line;
};
_Static_assert(sizeof(struct mode_info) == 52, "VBE 3.0, table 4-3");

static bool broken;     // the BIOS did not come back from a call

static bool
call(uint32_t function, uint32_t bx, uint32_t cx)
{
	static const uint8_t code[] = { 0xcd, 0x10, 0xf4 };     // int 10h; hlt
	struct bios_regs regs = { .eax = function, .ebx = bx, .ecx = cx };

	broken = !bios_run(code, sizeof code, &regs);
	return !broken && (regs.eax & 0xffff) == VBE_GOOD;
}

// False if this is no mode for us.
static bool
mode_info(uint16_t number, uint64_t addr, uint64_t size, struct vesa_mode *mode)
{
	struct mode_info info;

	memset(bios_memory() + BIOS_BUFFER, 0, INFO_SIZE);
	if (!call(VBE_MODE_INFO, 0, number))
		return false;
	memcpy(&info, bios_memory() + BIOS_BUFFER, sizeof info);
	*mode = (struct vesa_mode){ number, info.width, info.height,
		info.linear_bytes_per_line != 0 ?
		info.linear_bytes_per_line : info.bytes_per_line };
	return (info.attributes & SUPPORTED) && (info.attributes & GRAPHICS) &&
	       (info.attributes & LINEAR) && info.bits == 32 && info.model == DIRECT_COLOUR &&
	       info.red_at == 16 && info.green_at == 8 && info.blue_at == 0 &&
	       info.red_size == 8 && info.green_size == 8 && info.blue_size == 8 &&
	       info.frame == addr && mode->width >= WIDTH_MIN && mode->width <= PIXELS_MAX &&
	       mode->height >= HEIGHT_MIN && mode->height <= PIXELS_MAX && mode->pitch % 4 == 0 &&
	       mode->pitch >= mode->width * 4 && (uint64_t)mode->pitch * mode->height <= size;
}

unsigned
vesa_modes(uint64_t addr, uint64_t size, struct vesa_mode modes[VESA_MODES])
{
	uint8_t *buffer = bios_memory() + BIOS_BUFFER;
	uint16_t list[256], at[3];
	unsigned n = 0, count = 0;

	memset(buffer, 0, INFO_SIZE);
	memcpy(buffer, "VBE2", 4);
	if (!call(VBE_INFO, 0, 0) || memcmp(buffer, "VESA", 4) != 0)
		return 0;
	memcpy(at, buffer + 14, sizeof at);     // offset, segment; memory in units of 64 KiB
	if (size > (uint64_t)at[2] << 16)
		size = (uint64_t)at[2] << 16;
	// the list may be in the buffer, which the next call overwrites
	uint32_t from = at[1] * 16u + at[0];
	while (count < 256 && from <= BIOS_MEMORY - 2) {
		memcpy(&list[count], bios_memory() + from, 2);
		if (list[count++] == LIST_END)
			break;
		from += 2;
	}
	for (unsigned i = 0; i < count && list[i] != LIST_END && n < VESA_MODES && !broken; i++)
		n += mode_info(list[i], addr, size, &modes[n]);
	return n;
}

bool
vesa_set(const struct vesa_mode *mode)
{
	return call(VBE_SET_MODE, (mode->number & 0x1ffu) | SET_LINEAR | SET_KEEP, 0);
}
