// SPDX-License-Identifier: MIT
// The BIOS of QEMU's standard VGA (Debian's seabios package), run by the emulator
// against a model of that card; and BIOSes that misbehave.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>
#include <sys/port.h>
#include <sys/startup_memory.h>
#include "fb-drv/modes.h"

// Without PCI, as here, this is where the BIOS believes the frame to be.
enum { FRAME = 0xe0000000, FRAME_SIZE = 1920 * 1200 * 4 };

// Bochs' display interface: an selected and the registers.
enum { XRES = 1, YRES, BPP, ENABLE, MEMORY = 10, REGISTERS = 16, GET_LIMITS = 2 };
static uint16_t selected, reg[REGISTERS];
static unsigned forbidden, accesses;

static uint16_t
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
		return (uint16_t[]){ 16000, 12000, 32 }[selected - XRES];
	if (port == 0x1cf && selected < REGISTERS)
		return reg[selected];
	return port == 0x3da ? accesses & 9 : 0;
}

static void
card_out(uint16_t port, unsigned bytes, uint16_t value)
{
	accesses++;
	forbidden += !((port >= 0x3b0 && port + bytes <= 0x3e0) ||
	               (port >= 0x1ce && port + bytes <= 0x1d1));
	if (port == 0x1ce)
		selected = value;
	else if (port == 0x1cf && selected < REGISTERS)
		reg[selected] = value;
}

#define port_in8(port) ((uint8_t)card_in(port, 1))
#define port_in16(port) card_in(port, 2)
#define port_out8(port, value) card_out(port, 1, value)
#define port_out16(port, value) card_out(port, 2, value)
#include "fb-drv/bios.c"

static uint8_t rom[BIOS_ROM_SIZE], data[BIOS_DATA_SIZE];
static struct fb_mode modes[MODES_MAX];
static const struct fb_mode boot = { 1024, 768, 4096 };

// The driver finds copies of the BIOS' memory by its startup page.
static int
startup_page(void **state)
{
	void *at = mmap((void *)(uintptr_t)STARTUP_ADDR, STARTUP_SIZE, PROT_READ | PROT_WRITE,
	                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	struct startup *page = at;
	struct startup_memory memory[] = {
		{ .name = "bios-rom", .addr = (uintptr_t)rom, .size = sizeof rom },
		{ .name = "bios-data", .addr = (uintptr_t)data, .size = sizeof data },
	};

	(void)state;
	assert_ptr_equal(at, (void *)(uintptr_t)STARTUP_ADDR);
	page->memories = sizeof *page;
	page->memory_count = 2;
	memcpy(page + 1, memory, sizeof memory);
	return 0;
}

static const char *said;

void
log_line(const char *text)
{
	said = text;
}

void
die(const char *text)
{
	fail_msg("%s", text);
	abort();
}

static unsigned
find_modes(uint64_t frame, uint64_t size)
{
	modes[0] = boot;
	return modes_find(frame, size, modes);
}

// The boot loader's mode alone, which stays.
static void
only_boot_mode(unsigned n)
{
	unsigned before = accesses;

	assert_int_equal(n, 1);
	assert_memory_equal(&modes[0], &boot, sizeof boot);
	assert_true(modes_set(0));
	assert_int_equal(accesses, before);
}

static int
setup(void **state)
{
	static const uint8_t post[] = { 0x9a, 0x03, 0x00, 0x00, 0xc0, 0xf4 };
	uint32_t eax = 0;
	FILE *f = fopen("/usr/share/seabios/vgabios-stdvga.bin", "rb");
	(void)state;

	assert_non_null(f);
	assert_in_range(fread(rom, 1, sizeof rom, f), 0x1000, sizeof rom);
	fclose(f);
	memset(reg, 0, sizeof reg);
	memset(data, 0, sizeof data);
	forbidden = accesses = 0;
	memset(bios_memory, 0, sizeof bios_memory);
	memcpy(bios_memory + BIOS_ROM, rom, sizeof rom);
	assert_true(bios_run(post, sizeof post, &eax, 0, 0));
	assert_int_equal(forbidden, 0);
	// the driver gets both as they are after the start of the machine
	memcpy(data, bios_memory, sizeof data);
	memcpy(rom, bios_memory + BIOS_ROM, sizeof rom);
	return 0;
}

static bool
find(unsigned n, uint32_t width, uint32_t height)
{
	for (unsigned i = 0; i < n; i++)
		if (modes[i].width == width && modes[i].height == height)
			return true;
	return false;
}

static void
test_modes(void **state)
{
	unsigned n = find_modes(FRAME, FRAME_SIZE);
	(void)state;

	assert_in_range(n, 10, MODES_MAX);
	for (unsigned i = 0; i < n; i++) {
		assert_in_range(modes[i].pitch, modes[i].width * 4, FRAME_SIZE);
		assert_true((uint64_t)modes[i].pitch * modes[i].height <= FRAME_SIZE);
	}
	assert_true(find(n, 640, 480));
	assert_true(find(n, 1024, 768));
	assert_true(find(n, 1920, 1200));
	assert_false(find(n, 2560, 1440));                // too large for the frame
	only_boot_mode(find_modes(FRAME + 16, FRAME_SIZE));
	assert_in_range(find_modes(FRAME, 1024 * 768 * 4), 2, n - 1);
	only_boot_mode(find_modes(FRAME, 640 * 480 * 4));       // too small for it
	assert_int_equal(forbidden, 0);
}

static void
test_set(void **state)
{
	unsigned n = find_modes(FRAME, FRAME_SIZE);
	(void)state;

	assert_in_range(n, 10, MODES_MAX);
	for (unsigned i = 0; i < n; i++) {
		assert_true(modes_set(i));
		assert_int_equal(reg[XRES], modes[i].width);
		assert_int_equal(reg[YRES], modes[i].height);
		assert_int_equal(reg[BPP], 32);
		// enabled, linear, not cleared
		assert_int_equal(reg[ENABLE] & 0xc1, 0xc1);
	}
	assert_int_equal(forbidden, 0);
}

static void
test_broken(void **state)
{
	static const uint8_t loop[] = { 0xeb, 0xfe, 0xf4 }, halt[] = { 0xf4, 0xf4 };
	uint32_t eax = 0;
	(void)state;

	assert_false(bios_run(loop, sizeof loop, &eax, 0, 0));
	assert_false(bios_run(halt, sizeof halt, &eax, 0, 0));
	memset(rom + 2, 0, sizeof rom - 2);     // executes zeroes
	only_boot_mode(find_modes(FRAME, FRAME_SIZE));
	assert_non_null(strstr(said, "no usable VESA BIOS"));
}

// A BIOS that answers 10h: without VESA, without what it should say, or with a list of modes
// that begins behind the end of memory.
static void
test_no_vesa(void **state)
{
	static const struct { uint8_t code[32]; } handlers[] = {
		{ { 0xb8, 0x00, 0x00, 0xcf } },         // mov ax,0; iret: unknown
		{ { 0xb8, 0x4f, 0x01, 0xcf } },         // mov ax,14fh; iret: has failed
		{ { 0xb8, 0x4f, 0x00, 0xcf } },         // mov ax,4fh; iret: and wrote nothing
		{ { 0x26, 0xc7, 0x05, 'V', 'E',         // mov word es:[di],...
		    0x26, 0xc7, 0x45, 0x02, 'S', 'A', 0x26, 0xc7, 0x45, 0x0e, 0xff, 0xff,
		    0x26, 0xc7, 0x45, 0x10, 0xff, 0xff, 0xb8, 0x4f, 0x00, 0xcf } },
	};
	static const uint8_t vector[] = { 0x00, 0x10, 0x00, 0xc0 };
	(void)state;

	memcpy(data + 0x10 * 4, vector, sizeof vector);
	for (unsigned i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
		memcpy(rom + 0x1000, handlers[i].code, sizeof handlers[i].code);
		said = "";
		only_boot_mode(find_modes(FRAME, FRAME_SIZE));
		assert_non_null(strstr(said, "no usable VESA BIOS"));
	}
}

// A machine that UEFI has started: nothing of what lies there is run.
static void
test_no_bios(void **state)
{
	(void)state;

	data[0x10 * 4 + 3] ^= 0x30;             // the vector leaves the card's BIOS
	accesses = 0;
	only_boot_mode(find_modes(FRAME, FRAME_SIZE));
	assert_non_null(strstr(said, "UEFI"));
	data[0x10 * 4 + 3] ^= 0x30;
	rom[1] = 0;
	only_boot_mode(find_modes(FRAME, FRAME_SIZE));
	assert_non_null(strstr(said, "UEFI"));
	assert_int_equal(accesses, 0);
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
	uint32_t eax = 0;
	(void)state;

	accesses = 0;
	assert_true(bios_run(code, sizeof code, &eax, 0, 0));
	assert_int_equal(accesses, 0);
	assert_int_equal(eax, 0xffffffff);

	// mov ax,ffffh; mov ds,ax; mov [10h],ax; mov ax,[0fh]: the sanitizer would see it
	static const uint8_t beyond[] = {
		0xb8, 0xff, 0xff, 0x8e, 0xd8, 0xa3, 0x10, 0x00, 0xa1, 0x0f, 0x00, 0xf4,
	};
	bios_run(beyond, sizeof beyond, &eax, 0, 0);
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
	static uint8_t whole[BIOS_ROM_SIZE];
	(void)state;

	memcpy(whole, rom, sizeof whole);

	for (int round = 0; round < 8; round++) {
		memcpy(rom, whole, sizeof rom);
		for (int i = 0; i < 40; i++)
			rom[(any() << 8 | any()) % 0x9000] = any();
		unsigned n = find_modes(FRAME, FRAME_SIZE);
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
		TEST(test_modes), TEST(test_set), TEST(test_broken), TEST(test_no_bios),
		TEST(test_confined), TEST(test_no_vesa),
		TEST(test_random_bios),
	};

	return cmocka_run_group_tests(tests, startup_page, NULL);
}
