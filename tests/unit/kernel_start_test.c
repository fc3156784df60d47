// SPDX-License-Identifier: MIT
// What the boot loader says, good, nonsense and random, and what is written on
// the framebuffers that it names.  All storage ends where ASan's red zone begins.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <debug.h>
#include <frame.h>

enum { INFO = 0x10000, FB = 0xfd000000, INFO_MAX = 4096, FB_MAX = 1 << 20 };

static uint8_t *tags, *fb;
static uint64_t seed = 88172645463325252ull;
static char said[256];
static jmp_buf refused;
bool debug_on_screen, debug_at_once;

void
debug_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof said, fmt, ap);
	va_end(ap);
}

static void *
memory_at(uint64_t p)
{
	if (p == INFO)
		return tags;
	assert_int_equal(p, FB);
	return fb;
}

#define cli_hlt() longjmp(refused, 1)
#define phys_to_virt(p) memory_at(p)
#include "../../kernel/start/multiboot.c"
#include "../../kernel/start/screen.c"


static uint64_t
chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed * 0x2545f4914f6cdd1d >> 11) % below;
}

static uint8_t building[INFO_MAX];
static uint32_t length;

static void
begin(void)
{
	length = 8;
	memset(building, 0, sizeof building);
}

static void
add(uint32_t type, const void *content, uint32_t n)
{
	const uint32_t head[2] = { type, n + 8 };

	assert_true(length + n + 16 <= INFO_MAX);
	memcpy(building + length, head, 8);
	memcpy(building + length + 8, content, n);
	length += (n + 8 + 7) & ~7u;
}

static struct boot_info boot;

// False: refused.
static bool
parse(void)
{
	add(0, "", 0);
	memcpy(building, &length, 4);
	free(tags);
	tags = malloc(length);
	assert_non_null(tags);
	memcpy(tags, building, length);
	memset(&boot, 0, sizeof boot);
	screen = (struct screen){ VGA_TEXT, 160, 80, 25, 0, 0, false };
	if (setjmp(refused) != 0)
		return false;
	multiboot_parse(MAGIC, INFO, &boot);
	return true;
}

static void
add_memory(void)
{
	static const struct { uint32_t size, version; struct mmap_entry e[3]; } map = { 24, 0, {
		{ 0, 0x9fc00, 1, 0 }, { 0x100000, 0x7ee0123, 1, 0 },
		{ 1ull << 32, 3 << 20, 1, 0 } } };

	add(TAG_MMAP, &map, sizeof map);
}

struct [[gnu::packed]] mode {
	uint64_t addr;
	uint32_t pitch, width, height;
	uint8_t bpp, type, r[2];
};

static void
reads_what_grub_says(void **state)
{
	static const uint32_t module[3] = { 0x200000, 0x210000, 0 };
	static const struct mode mode = { FB, 4096, 1024, 768, 32, 1, { 0 } };
	uint8_t rsdp[36] = "RSD PTR ";

	(void)state;
	rsdp[16] = 0x10, rsdp[25] = 0x20;
	begin();
	add(TAG_MODULE, module, sizeof module);
	add_memory();
	add(TAG_FRAMEBUFFER, &mode, sizeof mode);
	add(TAG_ACPI_OLD, rsdp, 20);
	assert_true(parse());
	assert_int_equal(boot.module_count, 1);
	assert_int_equal(boot.module[0].end, 0x210000);
	assert_int_equal(boot.ram_count, 1);
	assert_int_equal(boot.ram[0].end, 0x7fe0000);
	assert_int_equal(boot.ram_above, 3 << 20);
	assert_non_null(strstr(said, "3 MiB of memory above 4 GiB"));
	assert_int_equal(boot.root.fb.addr, FB);
	assert_int_equal(boot.root.fb.bpp, 32);
	assert_int_equal(boot.rsdt, 0x10);
	assert_int_equal(boot.xsdt, 0);
	begin();
	add_memory();
	add(TAG_ACPI_NEW, rsdp, 36);
	assert_true(parse());
	assert_int_equal(boot.xsdt, 0x2000);
	begin();
	assert_false(parse());
	assert_non_null(strstr(said, "no memory map"));
}

static void
refuses_nonsense(void **state)
{
	static const struct mode modes[] = {
		{ 0xfffff000, 4096, 1024, 768, 32, 1, { 0 } },          // ends above 4 GiB
		{ 1ull << 32, 4096, 1024, 768, 32, 1, { 0 } },
		{ UINT64_MAX - 4096, 4096, 1024, 768, 32, 1, { 0 } },
		{ FB, 4095, 1024, 768, 32, 1, { 0 } },                  // lines overlap
		{ FB, UINT32_MAX, 1024, 768, 32, 1, { 0 } },
		{ FB, 4096, 0x40000001, 768, 32, 1, { 0 } },            // times 4 wraps
		{ FB, 4096, 1024, UINT32_MAX, 32, 1, { 0 } },
		{ FB, 4096, 1024, 768, 8, 1, { 0 } },
		{ FB, 4096, 1024, 768, 64, 1, { 0 } },
		{ FB, 4096, 1024, 768, 0, 1, { 0 } },
		{ FB, 1024, 1024, 768, 8, 0, { 0 } },                   // a palette
		{ FB, 100, 80, 25, 16, 2, { 0 } },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
		begin();
		add_memory();
		add(TAG_FRAMEBUFFER, &modes[i], sizeof modes[i]);
		assert_true(parse());
		assert_int_equal(boot.root.fb.addr, 0);
		assert_int_equal(screen.addr, VGA_TEXT);
	}
}

// Below 4 GiB, and of no other piece.
static void
check_piece(unsigned k)
{
	struct range r = boot.ram[k];

	assert_true(r.start <= r.end && r.end <= PHYS_END && (r.start | r.end) % 4096 == 0);
	for (unsigned i = 0; i < k; i++)
		assert_true(r.start == r.end || boot.ram[i].start == boot.ram[i].end ||
		            r.end <= boot.ram[i].start || boot.ram[i].end <= r.start);
}

// Maps that cross 4 GiB in one piece, overlap themselves, or end beyond all addresses.
static void
reads_odd_memory_maps(void **state)
{
	enum { MIB = 1 << 20 };
	static const struct {
		struct mmap_entry e[2];
		uint64_t total, above;          // MiB
	} maps[] = {
		{ { { MIB, 5ull << 30, 1, 0 }, { 0, 0, 0, 0 } }, 4095, 1025 },
		{ { { 1ull << 32, MIB, 1, 0 }, { MIB, MIB, 1, 0 } }, 1, 1 },
		{ { { MIB, 8 * MIB, 1, 0 }, { 3 * MIB, 2 * MIB, 1, 0 } }, 8, 0 },
		{ { { 3 * MIB, 2 * MIB, 2, 0 }, { MIB, 8 * MIB, 1, 0 } }, 6, 0 },
		{ { { 3 * MIB, UINT64_MAX, 2, 0 }, { MIB, 8 * MIB, 1, 0 } }, 2, 0 },
		{ { { UINT64_MAX, 1, 1, 0 }, { MIB, MIB, 1, 0 } }, 1, 0 },
		{ { { MIB, MIB, 1, 0 }, { UINT64_MAX - 4096, UINT64_MAX, 2, 0 } }, 1, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++) {
		uint32_t map[14] = { 24, 0 };

		memcpy(map + 2, maps[i].e, sizeof maps[i].e);
		begin();
		add(TAG_MMAP, map, sizeof map);
		assert_true(parse());
		assert_int_equal(boot.ram_total >> 20, maps[i].total);
		assert_int_equal(boot.ram_above >> 20, maps[i].above);
		for (unsigned k = 0; k < boot.ram_count; k++)
			check_piece(k);
	}
}

static void
survives_random_tags(void **state)
{
	static const uint8_t types[] = { TAG_MODULE, TAG_MMAP, TAG_FRAMEBUFFER, TAG_ACPI_OLD,
		TAG_ACPI_NEW, 1, 255 };
	unsigned taken = 0;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		uint32_t content[16];

		begin();
		if (chance(2))
			add_memory();
		for (unsigned n = (unsigned)chance(6); n > 0; n--) {
			for (unsigned k = 0; k < 16; k++)
				content[k] = (uint32_t)chance(chance(2) ? 64 : 1ull << 32);
			add(types[chance(sizeof types)], content, (uint32_t)chance(sizeof content));
			if (chance(8) == 0)     // lies about its length
				building[length - 8 - chance(8)] = (uint8_t)chance(256);
		}
		taken += parse();
		for (unsigned k = 0; k < boot.ram_count; k++)
			check_piece(k);
		uint64_t size = (uint64_t)boot.root.fb.pitch * boot.root.fb.height;

		assert_true(boot.root.fb.addr + size <= PHYS_END);
	}
	assert_in_range(taken, 1000, 49000);
	free(tags);
	tags = NULL;
}

// Lengths near 4 GiB, which wrap around when rounded up: the walk comes to an end.
static void
ends_with_huge_tags(void **state)
{
	// the second begins where the first one's rounded length ends, at the header itself
	const uint32_t huge[] = { 0xffffffff, 8, 1, 0xfffffff7, 0, 0 };

	(void)state;
	tags = malloc(sizeof huge);
	assert_non_null(tags);
	memcpy(tags, huge, sizeof huge);
	memset(&boot, 0, sizeof boot);
	if (setjmp(refused) == 0) {
		alarm(60);
		multiboot_parse(MAGIC, INFO, &boot);
		fail();
	}
	alarm(0);
	assert_non_null(strstr(said, "no memory map"));
	free(tags);
	tags = NULL;
}

static void
on_screen(char c)
{
	while (!screen_putc(c))
		;
}

// Whatever is written on whatever screen stays within it.
static void
writes_on_the_screen_only(void **state)
{
	static const uint8_t depths[] = { 0, 15, 16, 24, 32 };

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		unsigned bits = depths[chance(sizeof depths)];
		unsigned bytes = bits == 0 ? 2 : (bits + 7) / 8;
		uint32_t width = (uint32_t)chance(200), height = (uint32_t)chance(100);
		uint32_t pitch = width * bytes + (uint32_t)chance(32) * 2;

		free(fb);
		fb = calloc(1, pitch * height + 1);
		assert_true(screen_use(FB, pitch, width, height, bits));
		for (unsigned n = 0; n < 3000; n++)
			on_screen((char)(chance(10) ? chance(256) : chance(2) ? '\n' : ' '));
		screen_end();
		memset(fb, 0x55, pitch * height);
		on_screen('x');
		for (unsigned n = 0; n < pitch * height; n++)
			assert_int_equal(fb[n], 0x55);
	}
}

static void
writes_white_on_black(void **state)
{
	(void)state;
	free(fb);
	fb = malloc(64 * 3 * 48);
	memset(fb, 0x55, 64 * 3 * 48);
	assert_true(screen_use(FB, 64 * 3, 64, 48, 24));
	for (const char *s = "\nA\nB"; *s != '\0'; s++)
		on_screen(*s);
	for (unsigned y = 0; y < 48; y++)
		for (unsigned x = 0; x < 64; x++) {
			const uint8_t *row = x >= 8 || y >= 32 ? NULL :
			                     label_font["AB"[y / 16] - 32];
			uint8_t ink = row != NULL && row[y % 16] << x & 0x80 ? 0xff : 0;

			for (unsigned k = 0; k < 3; k++)
				assert_int_equal(fb[(y * 64 + x) * 3 + k], ink);
		}
	free(fb);
	fb = malloc(160 * 3);
	assert_true(screen_use(FB, 160, 80, 3, 0));
	for (unsigned i = 0; i < 75; i++)
		on_screen('x');
	on_screen(' ');         // so near to the end that the next word begins a line
	on_screen('y');
	assert_memory_equal(fb + 74 * 2, "x\x0f \x0f", 4);
	assert_memory_equal(fb + 160, "y\x0f \x0f", 4);
	free(fb);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_grub_says), cmocka_unit_test(refuses_nonsense),
		cmocka_unit_test(reads_odd_memory_maps),
		cmocka_unit_test(survives_random_tags), cmocka_unit_test(ends_with_huge_tags),
		cmocka_unit_test(writes_on_the_screen_only),
		cmocka_unit_test(writes_white_on_black),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
