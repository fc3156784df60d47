// SPDX-License-Identifier: MIT
// Walk the Multiboot2 tags once, before anything of it can be overwritten.
#include <debug.h>
#include <start/multiboot.h>
#include <start/screen.h>
#include <string.h>

enum {
	MAGIC = 0x36d76289,
	TAG_END = 0, TAG_MODULE = 3, TAG_MMAP = 6, TAG_FRAMEBUFFER = 8,
	TAG_ACPI_OLD = 14, TAG_ACPI_NEW = 15,
	MMAP_AVAILABLE = 1, FRAMEBUFFER_RGB = 1, FRAMEBUFFER_TEXT = 2,
	LOW_END = 0x100000,             // BIOS data, real-mode code: not handed out as RAM
};

struct header { uint32_t total, reserved; };
struct tag_head { uint32_t type, size; };
struct tag_module { struct tag_head h; uint32_t start, end; };
struct mmap_entry { uint64_t addr, size; uint32_t type, reserved; };
struct tag_mmap { struct tag_head h; uint32_t entry_size, version; struct mmap_entry entry[]; };
// The RSDP (ACPI specification, section 5.2.5.3); xsdt is in the new one only.
struct [[gnu::packed]] tag_acpi {
	struct tag_head h;
	char rsdp[16];
	uint32_t rsdt, length;
	uint64_t xsdt;
};
struct tag_fb {
	struct tag_head h;
	uint64_t addr;
	uint32_t pitch, width, height;
	uint8_t bpp, type;
};
// Bytes of a tag that we read; others are shorter than we think, or not for us.
static const uint8_t least[] = { [TAG_MODULE] = 16, [TAG_MMAP] = 16, [TAG_FRAMEBUFFER] = 30,
	[TAG_ACPI_OLD] = 28, [TAG_ACPI_NEW] = 40 };

static void
add_ram(struct boot_info *b, uint64_t start, uint64_t end)
{
	start = start < LOW_END ? LOW_END : (start + 4095) & ~4095ull;
	end &= ~4095ull;
	if (start >= end)
		return;
	if (b->ram_count == BOOT_RANGES)
		refuse("the firmware's memory map has more than %u pieces", BOOT_RANGES);
	b->ram[b->ram_count++] = (struct range){ start, end };
}

void
boot_reserve(struct boot_info *b, paddr_t start, paddr_t end)
{
	unsigned n = b->ram_count;

	start &= ~4095ull;
	end = (end + 4095) & ~4095ull;
	for (unsigned i = 0; i < n; i++) {
		struct range *r = &b->ram[i];
		struct range after = { end > r->start ? end : r->start, r->end };

		if (end <= r->start || start >= r->end)
			continue;
		r->end = start > r->start ? start : r->start;
		if (after.start < after.end)
			add_ram(b, after.start, after.end);
	}
}

// Pieces may overlap, and cross 4 GiB or the end of all addresses.
static void
parse_entry(const struct mmap_entry *e, bool reserved, struct boot_info *b)
{
	uint64_t start = e->addr < PHYS_END ? e->addr : PHYS_END, below = PHYS_END - start;

	if (reserved != (e->type != MMAP_AVAILABLE))
		return;
	below = below < e->size ? below : e->size;
	boot_reserve(b, start, start + below);
	if (reserved)
		return;
	b->ram_above += e->size - below;
	add_ram(b, start, start + below);
}

static void
parse_mmap(const struct tag_mmap *t, struct boot_info *b)
{
	if (t->entry_size < sizeof(struct mmap_entry) || t->entry_size % 8 != 0)
		return;
	// what is not available comes last: it may be within what is
	for (unsigned reserved = 0; reserved < 2; reserved++)
		for (uint32_t at = sizeof *t; t->entry_size <= t->h.size - at; at += t->entry_size)
			parse_entry((const void *)((const char *)t + at), reserved, b);
}

static void
parse_framebuffer(const struct tag_fb *t, struct boot_info *b)
{
	bool rgb = t->type == FRAMEBUFFER_RGB && t->bpp != 0;

	if (!rgb && t->type != FRAMEBUFFER_TEXT)
		return;
	if (!screen_use(t->addr, t->pitch, t->width, t->height, rgb ? t->bpp : 0)) {
		debug_print("[kernel] the framebuffer at %lx, %u x %u, is not used\n", t->addr,
		            t->width, t->height);
	} else if (rgb) {
		b->root.fb = (typeof(b->root.fb)){ t->addr, t->pitch, t->width, t->height,
		                                   t->bpp, 0 };
	}
}

static void
parse_tag(const struct tag_head *t, struct boot_info *b)
{
	const struct tag_module *m = (const void *)t;
	const struct tag_acpi *acpi = (const void *)t;

	switch (t->type) {
	case TAG_MODULE:
		if (b->module_count == MODULES_MAX)
			refuse("more than %u boot modules", MODULES_MAX);
		if (m->start <= m->end)
			b->module[b->module_count++] = (struct range){ m->start, m->end };
		break;
	case TAG_MMAP:
		parse_mmap((const void *)t, b);
		break;
	case TAG_ACPI_NEW:
		b->xsdt = acpi->xsdt;
		// fall through
	case TAG_ACPI_OLD:
		b->rsdt = acpi->rsdt;
		break;
	case TAG_FRAMEBUFFER:
		parse_framebuffer((const void *)t, b);
		break;
	}
}

void
multiboot_parse(uint32_t magic, paddr_t info, struct boot_info *b)
{
	const struct header *h = phys_to_virt(info);

	if (magic != MAGIC)
		refuse("the boot loader does not speak Multiboot2");
	for (uint64_t at = sizeof *h; at <= h->total && h->total - at >= sizeof(struct tag_head);) {
		const struct tag_head *t = (const void *)((const char *)h + at);

		if (t->type == TAG_END || t->size < sizeof *t || t->size > h->total - at)
			break;
		if (t->type < sizeof least && t->size >= least[t->type])
			parse_tag(t, b);
		at += (t->size + 7ull) & ~7ull;
	}
	for (unsigned i = 0; i < b->ram_count; i++)
		b->ram_total += b->ram[i].end - b->ram[i].start;
	if (b->ram_count == 0)
		refuse("the boot loader gives no memory map");
	if (b->ram_above > 0)
		debug_print("[kernel] %lu MiB of memory above 4 GiB are not used\n",
		            b->ram_above >> 20);
}
