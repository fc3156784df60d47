// SPDX-License-Identifier: MIT
// The modes of the card's own BIOS, which gets the card's ports from here.  When
// the BIOS does not work, there is the boot loader's mode alone.
#include <sys/port.h>
#include <sys/startup.h>
#include "bios.h"
#include "modes.h"
#include "vesa.h"

static struct vesa_mode modes[VESA_MODES];
static unsigned count;
static struct fb_mode only;             // count == 0

uint32_t
card_in(uint16_t port, unsigned bytes)
{
	return bytes == 1 ? port_in8(port) : bytes == 2 ? port_in16(port) : port_in32(port);
}

void
card_out(uint16_t port, unsigned bytes, uint32_t value)
{
	if (bytes == 1)
		port_out8(port, (uint8_t)value);
	else if (bytes == 2)
		port_out16(port, (uint16_t)value);
	else
		port_out32(port, value);
}

static const uint8_t *
copied(const char *name, uint64_t size)
{
	const struct startup_memory *m = startup_memory(name);

	return m != NULL && m->size >= size ? (const uint8_t *)(uintptr_t)m->addr : NULL;
}

// A driver before this one, that crashed, may have set another mode.
static bool
set_boot_mode(void)
{
	for (unsigned i = 0; i < count; i++)
		if (modes[i].width == only.width && modes[i].height == only.height &&
		    modes[i].pitch == only.pitch)
			return vesa_set(&modes[i]);
	return false;
}

void
modes_init(struct modes_frame frame, const struct fb_mode *boot)
{
	const uint8_t *data = copied("bios-data", BIOS_DATA_SIZE);
	const uint8_t *rom = copied("bios-rom", BIOS_ROM_SIZE);

	only = *boot;
	if (data == NULL || rom == NULL)
		die("the scenario gives no bios-data or no bios-rom");
	bios_init(data, rom);
	count = vesa_modes(frame.addr, frame.size, modes);
	if (set_boot_mode()) {
		log_line("modes of the VESA BIOS");
	} else {
		count = 0;
		log_line("no usable VESA BIOS: the mode stays as it is");
	}
}

bool
modes_get(unsigned i, struct fb_mode *mode)
{
	*mode = only;
	if (i < count)
		*mode = (struct fb_mode){ modes[i].width, modes[i].height, modes[i].pitch };
	return i < count || (i == 0 && count == 0);
}

bool
modes_set(unsigned i)
{
	return count == 0 ? i == 0 : i < count && vesa_set(&modes[i]);
}
