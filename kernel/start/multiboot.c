// SPDX-License-Identifier: MIT
// Walk the Multiboot2 tags once, before anything of it can be overwritten.
#include <debug.h>
#include <start/multiboot.h>
#include <string.h>

enum {
	MAGIC = 0x36d76289,
	TAG_END = 0, TAG_MODULE = 3, TAG_MMAP = 6, TAG_FRAMEBUFFER = 8, TAG_ACPI = 14,
	MMAP_AVAILABLE = 1, FRAMEBUFFER_RGB = 1,
	LOW_END = 0x100000,             // BIOS data, real-mode code: not handed out as RAM
};

struct header { uint32_t total, reserved; };
struct tag_head { uint32_t type, size; };
struct tag_module { struct tag_head h; uint32_t start, end; };
struct mmap_entry { uint64_t addr, size; uint32_t type, reserved; };
struct tag_mmap { struct tag_head h; uint32_t entry_size, version; struct mmap_entry entry[]; };
struct [[gnu::packed]] tag_acpi { struct tag_head h; char rsdp[16]; uint32_t rsdt; };
struct tag_fb {
	struct tag_head h;
	uint64_t addr;
	uint32_t pitch, width, height;
	uint8_t bpp, type;
};

static void
add_ram(struct boot_info *b, uint64_t start, uint64_t end)
{
	start = (start + 4095) & ~4095ull;
	end &= ~4095ull;
	start = start < LOW_END ? LOW_END : start;
	end = end > PHYS_END ? PHYS_END : end;
	if (start >= end)
		return;
	if (b->ram_count == BOOT_RANGES)
		panic("memory map too long");
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

static void
parse_mmap(const struct tag_mmap *t, struct boot_info *b)
{
	for (uint32_t at = sizeof *t; at + t->entry_size <= t->h.size; at += t->entry_size) {
		const struct mmap_entry *e = (const void *)((const char *)t + at);

		if (e->type == MMAP_AVAILABLE && e->addr < PHYS_END)
			add_ram(b, e->addr, e->size < PHYS_END ? e->addr + e->size : PHYS_END);
	}
}

static void
parse_tag(const struct tag_head *t, struct boot_info *b)
{
	const struct tag_module *m = (const void *)t;
	const struct tag_fb *fb = (const void *)t;
	const struct tag_acpi *acpi = (const void *)t;

	switch (t->type) {
	case TAG_MODULE:
		if (b->module_count == MODULES_MAX)
			panic("too many boot modules");
		b->module[b->module_count++] = (struct range){ m->start, m->end };
		break;
	case TAG_MMAP:
		parse_mmap((const void *)t, b);
		break;
	case TAG_ACPI:
		acpi_parse(acpi->rsdt, &b->routes);
		break;
	case TAG_FRAMEBUFFER:
		if (fb->type != FRAMEBUFFER_RGB)
			break;
		b->root.fb.addr = fb->addr;
		b->root.fb.pitch = fb->pitch;
		b->root.fb.width = fb->width;
		b->root.fb.height = fb->height;
		b->root.fb.bpp = fb->bpp;
		break;
	}
}

void
multiboot_parse(uint32_t magic, paddr_t info, struct boot_info *b)
{
	const struct header *h = phys_to_virt(info);

	if (magic != MAGIC)
		panic("not booted by Multiboot2");
	for (uint32_t at = sizeof *h; at + sizeof(struct tag_head) <= h->total;) {
		const struct tag_head *t = (const void *)((const char *)h + at);

		if (t->type == TAG_END || t->size < sizeof *t)
			break;
		parse_tag(t, b);
		at += (t->size + 7) & ~7u;
	}
	if (b->ram_count == 0)
		panic("no memory map");
}
