// SPDX-License-Identifier: MIT
// The modes of the card's own BIOS: VESA BIOS Extensions (VBE Core Functions Standard
// 3.0), functions 0, 1 and 2.  What the BIOS answers is checked like any input; when
// it does not work, there is the boot loader's mode alone.  So it is where UEFI has started
// the machine: there is no BIOS then, and nothing is run.
#include <string.h>
#include <sys/startup_memory.h>
#include "bios.h"
#include "frame.h"
#include "modes.h"

enum {
	VBE_INFO = 0x4f00, VBE_MODE_INFO = 0x4f01, VBE_SET_MODE = 0x4f02, VBE_GOOD = 0x004f,
	SET_LINEAR = 1 << 14, SET_KEEP = 1 << 15,
	SUPPORTED = 1 << 0, GRAPHICS = 1 << 4, LINEAR = 1 << 7,
	DIRECT_COLOUR = 6, LIST_MAX = 256, LIST_END = 0xffff, INFO_SIZE = 512,
};

// The start of ModeInfoBlock.
struct mode_info {
	uint16_t attributes;
	uint8_t  windows[14];
	uint16_t bytes_per_line, width, height;
	uint8_t  cell[2], planes, bits, banks, model, bank_size, pages, reserved;
	uint8_t  colours[6], unused[3];
	uint32_t frame;
	uint8_t  reserved2[6];
	uint16_t linear_bytes_per_line;
};
_Static_assert(sizeof(struct mode_info) == 52, "VBE 3.0, table 4-3");

static bool broken;                     // the BIOS did not come back from a call
static uint16_t numbers[MODES_MAX];     // of the modes; 0: it is set and stays

static bool
call(uint32_t function, uint32_t bx, uint32_t cx)
{
	static const uint8_t code[] = { 0xcd, 0x10, 0xf4 };     // int 10h; hlt
	uint32_t ax = function;

	broken = !bios_run(code, sizeof code, &ax, bx, cx);
	return !broken && (ax & 0xffff) == VBE_GOOD;
}

// False if this is no mode for us.
static bool
mode_info(uint16_t number, uint64_t frame, uint64_t size, struct fb_mode *mode)
{
	static const uint8_t xrgb[6] = { 8, 16, 8, 8, 8, 0 };   // size and place of each
	const uint16_t needed = SUPPORTED | GRAPHICS | LINEAR;
	struct mode_info info;

	memset(bios_memory + BIOS_BUFFER, 0, INFO_SIZE);
	if (!call(VBE_MODE_INFO, 0, number))
		return false;
	memcpy(&info, bios_memory + BIOS_BUFFER, sizeof info);
	*mode = (struct fb_mode){ info.width, info.height, info.linear_bytes_per_line != 0 ?
	                          info.linear_bytes_per_line : info.bytes_per_line };
	return (info.attributes & needed) == needed && info.bits == 32 &&
	       info.model == DIRECT_COLOUR && memcmp(info.colours, xrgb, sizeof xrgb) == 0 &&
	       info.frame == frame && frame_fits(*mode, size);
}

// How many modes there are.
static unsigned
list(uint64_t frame, uint64_t size, struct fb_mode modes[MODES_MAX])
{
	uint8_t *buffer = bios_memory + BIOS_BUFFER;
	uint16_t all[LIST_MAX], at[3];
	unsigned n = 0;

	memset(buffer, 0, INFO_SIZE);
	memcpy(buffer, "VBE2", 4);
	if (!call(VBE_INFO, 0, 0) || memcmp(buffer, "VESA", 4) != 0)
		return 0;
	memcpy(at, buffer + 14, sizeof at);     // offset, segment; memory in units of 64 KiB
	size = size < (uint64_t)at[2] << 16 ? size : (uint64_t)at[2] << 16;
	uint32_t from = at[1] * 16u + at[0];

	if (from > BIOS_MEMORY - sizeof all)
		return 0;
	// the list may be in the buffer, which the next call overwrites
	memcpy(all, bios_memory + from, sizeof all);
	for (unsigned i = 0; i < LIST_MAX && all[i] != LIST_END && n < MODES_MAX && !broken; i++) {
		numbers[n] = all[i];
		n += mode_info(all[i], frame, size, &modes[n]);
	}
	return n;
}

// The card's BIOS is in its place, and function 10h is in it (PCI Firmware Specification
// 3.0, section 5.1: signature of an expansion ROM).
static bool
has_bios(void)
{
	uint16_t signature, int10[2];   // offset, segment

	memcpy(&signature, bios_memory + BIOS_ROM, sizeof signature);
	memcpy(int10, bios_memory + 0x10 * 4, sizeof int10);
	uint32_t at = int10[1] * 16u + int10[0];

	return signature == 0xaa55 && at >= BIOS_ROM && at < BIOS_ROM + BIOS_ROM_SIZE;
}

static void
copy(const char *name, uint8_t *to, uint64_t size)
{
	const struct startup_memory *m = startup_memory(name);

	if (m == NULL || m->size < size)
		die("the scenario gives no bios-data or no bios-rom");
	memcpy(to, (const void *)(uintptr_t)m->addr, size);
}

unsigned
modes_find(uint64_t frame, uint64_t size, struct fb_mode modes[MODES_MAX])
{
	struct fb_mode boot = modes[0];

	memset(bios_memory, 0, sizeof bios_memory);
	copy("bios-data", bios_memory, BIOS_DATA_SIZE);
	copy("bios-rom", bios_memory + BIOS_ROM, BIOS_ROM_SIZE);
	bool bios = has_bios();
	unsigned n = bios ? list(frame, size, modes) : 0;

	// a driver before this one, that crashed, may have set another mode
	for (unsigned i = 0; i < n; i++)
		if (memcmp(&modes[i], &boot, sizeof boot) == 0 && modes_set(i)) {
			log_line("modes of the VESA BIOS");
			return n;
		}
	log_line(bios ? "no usable VESA BIOS: the mode stays as it is" :
	         "no VESA BIOS, as on a machine with UEFI: the mode stays as it is");
	modes[0] = boot;
	numbers[0] = 0;
	return 1;
}

bool
modes_set(unsigned i)
{
	return numbers[i] == 0 ||
	       call(VBE_SET_MODE, (numbers[i] & 0x1ffu) | SET_LINEAR | SET_KEEP, 0);
}
