// SPDX-License-Identifier: MIT
// ELF-64 (System V ABI, chapter 5), boot_params (Linux, Documentation/x86/zero-page.rst), and
// what paging and segments a 64-bit kernel expects.
#include <string.h>
#include <sys/startup_memory.h>
#include <sys/sys.h>
#include "boot.h"
#include "devices.h"

enum {
	GDT = 0x500, STACK = 0x6ff0, TABLES = 0x9000, COMMAND_LINE = 0x20000,
	COMMAND_LINE_MAX = 2048, LOW_END = 0x9fc00, HIGH = 0x100000, GIBS = 4,
	// in boot_params
	E820_COUNT = 0x1e8, VIDEO_MODE = 0x1fa, SIGNATURE = 0x1fe, HEADER = 0x202, VERSION = 0x206,
	LOADER = 0x210, LOAD_FLAGS = 0x211, INITRD = 0x218, INITRD_SIZE = 0x21c, COMMAND = 0x228,
	E820 = 0x2d0, E820_ENTRY = 20, E820_RAM = 1,
	PT_LOAD = 1, PAGE_RW = 3, PAGE_LARGE = 0x83,
};

struct elf {
	uint8_t  ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum;
};
struct segment {
	uint32_t type, flags;
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

static void
put(const struct guest_memory *m, uint64_t at, uint64_t value, unsigned bytes)
{
	memcpy(m->base + at, &value, bytes);
}

static const char *
load_kernel(const struct guest_memory *m, const struct startup_memory *k, uint64_t *entry)
{
	const uint8_t *file = (const uint8_t *)(uintptr_t)k->addr;
	struct elf h;

	if (k->size < sizeof h)
		return "linux/vmlinux is no kernel";
	memcpy(&h, file, sizeof h);
	if (memcmp(h.ident, "\177ELF\2", 5) != 0 || h.phentsize != sizeof(struct segment) ||
	    h.phoff > k->size || h.phnum * sizeof(struct segment) > k->size - h.phoff)
		return "linux/vmlinux is no 64-bit ELF file";
	for (unsigned i = 0; i < h.phnum; i++) {
		struct segment s;

		memcpy(&s, file + h.phoff + i * sizeof s, sizeof s);
		if (s.type != PT_LOAD)
			continue;
		void *to = s.paddr >= HIGH ? guest_range(m, s.paddr, s.memsz) : NULL;

		if (to == NULL || s.filesz > s.memsz || s.offset > k->size ||
		    s.filesz > k->size - s.offset)
			return "the guest's memory is too small for linux/vmlinux";
		memcpy(to, file + s.offset, s.filesz);
	}
	*entry = h.entry;
	return NULL;
}

// At the top, on a page.
static const char *
load_initrd(const struct guest_memory *m)
{
	const struct startup_memory *r = startup_memory("linux/initrd");

	if (r == NULL)
		return NULL;
	if (r->size > m->size / 2)
		return "the guest's memory is too small for linux/initrd";
	uint64_t at = (m->size - r->size) & ~0xfffull;

	memcpy(m->base + at, (const void *)(uintptr_t)r->addr, r->size);
	put(m, BOOT_PARAMS + INITRD, at, 4);
	put(m, BOOT_PARAMS + INITRD_SIZE, r->size, 4);
	return NULL;
}

static char *
append(char *to, const char *end, const char *text, size_t n)
{
	n = n < (size_t)(end - to) ? n : (size_t)(end - to);
	memcpy(to, text, n);
	return to + n;
}

static char *
append_number(char *to, const char *end, uint64_t v)
{
	char digits[20];
	unsigned n = sizeof digits;

	do {
		digits[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	return append(to, end, digits + n, sizeof digits - n);
}

// lpj: loops per tick of 4 ms, one per TSC tick, so that the guest measures nothing.
static void
write_command_line(const struct guest_memory *m)
{
	const struct startup_memory *c = startup_memory("linux/cmdline");
	char *at = (char *)m->base + COMMAND_LINE;
	const char *end = at + COMMAND_LINE_MAX - 1;
	const char *line = c != NULL ? (const char *)(uintptr_t)c->addr : "";
	size_t n = 0;

	while (c != NULL && n < c->size && line[n] != '\n')
		n++;
	at = append(at, end, line, n);
	at = append(at, end, " lpj=", 5);
	at = append_number(at, end, kip()->tsc_khz * 4ull);
	at = append(at, end, " ", 1);
	append(at, end, startup()->argument, strlen(startup()->argument));
}

static void
write_params(const struct guest_memory *m)
{
	const uint64_t map[][2] = { { 0, LOW_END }, { HIGH, m->size - HIGH } };

	put(m, BOOT_PARAMS + SIGNATURE, 0xaa55, 2);
	put(m, BOOT_PARAMS + HEADER, 0x53726448, 4);            // "HdrS"
	put(m, BOOT_PARAMS + VERSION, 0x20f, 2);
	put(m, BOOT_PARAMS + VIDEO_MODE, 0xffff, 2);            // normal
	put(m, BOOT_PARAMS + LOADER, 0xff, 1);                  // unknown
	put(m, BOOT_PARAMS + LOAD_FLAGS, 1, 1);                 // loaded high
	put(m, BOOT_PARAMS + COMMAND, COMMAND_LINE, 4);
	put(m, BOOT_PARAMS + E820_COUNT, 2, 1);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t at = BOOT_PARAMS + E820 + i * E820_ENTRY;

		put(m, at, map[i][0], 8);
		put(m, at + 8, map[i][1], 8);
		put(m, at + 16, E820_RAM, 4);
	}
}

// The first 4 GiB at their addresses, and flat segments.
static void
write_tables(const struct guest_memory *m)
{
	put(m, TABLES, (TABLES + 0x1000) | PAGE_RW, 8);
	for (uint64_t i = 0; i < GIBS; i++)
		put(m, TABLES + 0x1000 + i * 8, (TABLES + 0x2000 + i * 0x1000) | PAGE_RW, 8);
	for (uint64_t i = 0; i < GIBS * 512; i++)
		put(m, TABLES + 0x2000 + i * 8, i << 21 | PAGE_LARGE, 8);
	put(m, GDT + 0x10, 0x00af9b000000ffff, 8);
	put(m, GDT + 0x18, 0x00cf93000000ffff, 8);
}

static void
set_state(struct vcpu_state *s, uint64_t entry)
{
	const struct vcpu_segment flat = { 0x18, 0xc93, 0xffffffff, 0 };

	memset(s, 0, sizeof *s);
	s->give = VCPU_CONTROL | VCPU_SEGMENTS | VCPU_SYSCALL;
	s->want = VCPU_CONTROL;
	s->regs.rip = entry;
	s->regs.rsp = STACK;
	s->regs.rsi = BOOT_PARAMS;
	s->regs.rflags = 2;
	s->cr0 = 0x80050033;            // PG AM WP NE ET MP PE: as Linux sets it
	s->cr3 = TABLES;
	s->cr4 = 0x20;                  // PAE
	s->efer = 0x500;                // LME LMA
	s->dr6 = 0xffff0ff0;
	s->pat = 0x0007040600070406;
	for (unsigned i = VCPU_ES; i <= VCPU_GS; i++)
		s->seg[i] = flat;
	s->seg[VCPU_CS] = (struct vcpu_segment){ 0x10, 0xa9b, 0xffffffff, 0 };
	s->seg[VCPU_TR] = (struct vcpu_segment){ 0, 0x8b, 0x67, 0 };
	s->seg[VCPU_LDTR] = (struct vcpu_segment){ 0, 0x82, 0, 0 };
	s->seg[VCPU_GDTR] = (struct vcpu_segment){ 0, 0, 0x1f, GDT };
}

const char *
boot_load(const struct guest_memory *m, struct vcpu_state *s)
{
	char name[32];
	uint64_t entry;

	argument_value("kernel", name, sizeof name);
	const struct startup_memory *k = startup_memory(name[0] != '\0' ? name : "linux/vmlinux");

	if (k == NULL || m->size < 2 * HIGH)
		return "there is no boot module with its kernel";
	memset(m->base, 0, m->size);
	const char *why = load_kernel(m, k, &entry);

	if (why == NULL)
		why = load_initrd(m);
	if (why != NULL)
		return why;
	write_command_line(m);
	write_params(m);
	write_tables(m);
	set_state(s, entry);
	return NULL;
}
