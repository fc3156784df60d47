// SPDX-License-Identifier: MIT
// The BIOS of QEMU's standard VGA (Debian's seabios package), run by the emulator
// against a model of that card; and BIOSes that misbehave.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "fb-drv/bios.h"
#include "fb-drv/vesa.h"

// Without PCI, as here, this is where the BIOS believes the frame to be.
enum { FRAME = 0xe0000000, FRAME_SIZE = 1920 * 1200 * 4 };

// Bochs' display interface: an selected and the registers.
enum { XRES = 1, YRES, BPP, ENABLE, MEMORY = 10, REGISTERS = 16, GET_LIMITS = 2 };
static uint16_t selected, reg[REGISTERS];
static unsigned forbidden, accesses;

uint32_t
card_in(uint16_t port, unsigned bytes)
{
	accesses++;
	forbidden += !((port >= 0x3b0 && port + bytes <= 0x3e0) ||
	               (port >= 0x1ce && port + bytes <= 0x1d1));
	if (port == 0x1ce)
		return selected;
	if (port == 0x1cf && selected == MEMORY)
		return 16 << 20 >> 16;
	if (port == 0x1cf && selected >= XRES && selected <= BPP && (reg[ENABLE] & GET_LIMITS))
		return (uint32_t[]){ 16000, 12000, 32 }[selected - XRES];
	if (port == 0x1cf && selected < REGISTERS)
		return reg[selected];
	return port == 0x3da ? accesses & 9 : 0;
}

void
card_out(uint16_t port, unsigned bytes, uint32_t value)
{
	accesses++;
	forbidden += !((port >= 0x3b0 && port + bytes <= 0x3e0) ||
	               (port >= 0x1ce && port + bytes <= 0x1d1));
	if (port == 0x1ce)
		selected = (uint16_t)value;
	else if (port == 0x1cf && selected < REGISTERS)
		reg[selected] = (uint16_t)value;
}

static uint8_t rom[BIOS_ROM_SIZE], data[BIOS_DATA_SIZE];

static int
setup(void **state)
{
	static const uint8_t post[] = { 0x9a, 0x03, 0x00, 0x00, 0xc0, 0xf4 };
	struct bios_regs regs = { 0 };
	FILE *f = fopen("/usr/share/seabios/vgabios-stdvga.bin", "rb");
	(void)state;

	assert_non_null(f);
	assert_in_range(fread(rom, 1, sizeof rom, f), 0x1000, sizeof rom);
	fclose(f);
	memset(reg, 0, sizeof reg);
	memset(data, 0, sizeof data);
	forbidden = accesses = 0;
	bios_init(data, rom);
	assert_true(bios_run(post, sizeof post, &regs));
	assert_int_equal(forbidden, 0);
	// the driver gets both as they are after the start of the machine
	memcpy(data, bios_memory(), sizeof data);
	memcpy(rom, bios_memory() + BIOS_ROM, sizeof rom);
	bios_init(data, rom);
	return 0;
}

static const struct vesa_mode *
find(const struct vesa_mode *modes, unsigned n, uint32_t width, uint32_t height)
{
	for (unsigned i = 0; i < n; i++)
		if (modes[i].width == width && modes[i].height == height)
			return &modes[i];
	return NULL;
}

static void
test_modes(void **state)
{
	struct vesa_mode modes[VESA_MODES];
	unsigned n = vesa_modes(FRAME, FRAME_SIZE, modes);
	(void)state;

	assert_in_range(n, 10, VESA_MODES);
	for (unsigned i = 0; i < n; i++) {
		assert_in_range(modes[i].pitch, modes[i].width * 4, FRAME_SIZE);
		assert_true((uint64_t)modes[i].pitch * modes[i].height <= FRAME_SIZE);
	}
	assert_non_null(find(modes, n, 640, 480));
	assert_non_null(find(modes, n, 1024, 768));
	assert_non_null(find(modes, n, 1920, 1200));
	assert_null(find(modes, n, 2560, 1440));                // too large for the frame
	assert_int_equal(vesa_modes(FRAME + 16, FRAME_SIZE, modes), 0);
	assert_in_range(vesa_modes(FRAME, 640 * 480 * 4, modes), 1, n - 1);
	assert_int_equal(vesa_modes(FRAME, 1ull << 40, modes), vesa_modes(FRAME, 16 << 20, modes));
	assert_int_equal(forbidden, 0);
}

static void
test_set(void **state)
{
	struct vesa_mode modes[VESA_MODES];
	unsigned n = vesa_modes(FRAME, FRAME_SIZE, modes);
	(void)state;

	assert_in_range(n, 10, VESA_MODES);
	for (unsigned i = 0; i < n; i++) {
		assert_true(vesa_set(&modes[i]));
		assert_int_equal(reg[XRES], modes[i].width);
		assert_int_equal(reg[YRES], modes[i].height);
		assert_int_equal(reg[BPP], 32);
		// enabled, linear, not cleared
		assert_int_equal(reg[ENABLE] & 0xc1, 0xc1);
	}
	assert_int_equal(forbidden, 0);
	assert_false(vesa_set(&(struct vesa_mode){ .number = 0x1ff }));
}

static void
test_broken(void **state)
{
	struct vesa_mode modes[VESA_MODES];
	static const uint8_t loop[] = { 0xeb, 0xfe, 0xf4 }, halt[] = { 0xf4, 0xf4 };
	struct bios_regs regs = { 0 };
	(void)state;

	assert_false(bios_run(loop, sizeof loop, &regs));
	assert_false(bios_run(halt, sizeof halt, &regs));
	memset(rom, 0, sizeof rom);             // executes zeroes
	bios_init(data, rom);
	assert_int_equal(vesa_modes(FRAME, FRAME_SIZE, modes), 0);
	memset(data, 0, sizeof data);           // no vector
	bios_init(data, rom);
	assert_int_equal(vesa_modes(FRAME, FRAME_SIZE, modes), 0);
	assert_false(vesa_set(&(struct vesa_mode){ .number = 0x118 }));
}

// Ports that are not the card's do not exist, memory ends.
static void
test_confined(void **state)
{
	static const uint8_t code[] = {
		0xba, 0x60, 0x00, 0xb0, 0xfe, 0xee,     // mov dx,60h; mov al,feh; out dx,al
		0xba, 0xcd, 0x01, 0xef,                 // mov dx,1cdh; out dx,ax
		0xba, 0xdf, 0x03, 0xef,                 // mov dx,3dfh; out dx,ax
		0xba, 0xf8, 0x0c, 0x66, 0xed,           // mov dx,cf8h; in eax,dx
		0xf4,
	};
	struct bios_regs regs = { 0 };
	(void)state;

	accesses = 0;
	assert_true(bios_run(code, sizeof code, &regs));
	assert_int_equal(accesses, 0);
	assert_int_equal(regs.eax, 0xffffffff);
}

static uint32_t seed = 3;

static uint8_t
any(void)
{
	seed = seed * 1664525 + 1013904223;
	return (uint8_t)(seed >> 16);
}

// A BIOS with some bytes exchanged: whatever it says, what we believe is sane.
static void
test_random_bios(void **state)
{
	static uint8_t broken[BIOS_ROM_SIZE];
	struct vesa_mode modes[VESA_MODES];
	(void)state;

	for (int round = 0; round < 8; round++) {
		memcpy(broken, rom, sizeof broken);
		for (int i = 0; i < 40; i++)
			broken[(any() << 8 | any()) % 0x9000] = any();
		bios_init(data, broken);
		unsigned n = vesa_modes(FRAME, FRAME_SIZE, modes);
		for (unsigned i = 0; i < n; i++)
			assert_true(modes[i].pitch >= modes[i].width * 4 &&
			            (uint64_t)modes[i].pitch * modes[i].height <= FRAME_SIZE);
	}
	assert_int_equal(forbidden, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_modes), TEST(test_set), TEST(test_broken), TEST(test_confined),
		TEST(test_random_bios),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
