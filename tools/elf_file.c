// SPDX-License-Identifier: MIT
// Reads a program's ELF file for mkinit, mkplan and tcb-report.
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <abi/msg.h>
#include "tools/elf_file.h"

enum { FILE_MAX = 64 << 20, ADDR_MAX = 1 << 30 };

static bool
inside(const struct elf_file *elf, uint64_t offset, uint64_t size)
{
	return offset <= elf->bytes_size && size <= elf->bytes_size - offset;
}

static const char *
read_all(struct elf_file *elf, const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;
	const char *why = NULL;

	if (f == NULL)
		return strerror(errno);
	if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 || size > FILE_MAX) {
		fclose(f);
		return "not a file, or over 64 MiB";
	}
	rewind(f);
	elf->bytes = malloc((size_t)size + 1);
	elf->bytes_size = (uint64_t)size;
	if (elf->bytes == NULL || fread(elf->bytes, 1, (size_t)size, f) != (size_t)size)
		why = "cannot be read";
	fclose(f);
	return why;
}

static const char *
add_segment(struct elf_file *elf, const Elf64_Phdr *p)
{
	struct elf_segment *s = &elf->segment[elf->count];

	if (p->p_memsz == 0)
		return NULL;
	if (elf->count == ELF_SEGMENTS)
		return "more than four loadable segments";
	if (p->p_filesz > p->p_memsz || !inside(elf, p->p_offset, p->p_filesz))
		return "a segment that is not inside the file";
	if (p->p_vaddr % 4096 != 0)
		return "a segment that does not start on a page";
	if (p->p_vaddr >= ADDR_MAX || p->p_memsz > ADDR_MAX - p->p_vaddr)
		return "a segment above 1 GiB";
	if ((p->p_flags & PF_W) != 0 && (p->p_flags & PF_X) != 0)
		return "a segment both writable and executable";
	if (elf->count > 0 && p->p_vaddr < s[-1].addr + ((s[-1].size + 4095) & ~4095ull))
		return "segments that share a page or are out of order";
	s->addr = p->p_vaddr;
	s->size = p->p_memsz;
	s->file_size = p->p_filesz;
	s->data = elf->bytes + p->p_offset;
	s->rights = MEM_R | ((p->p_flags & PF_W) != 0 ? MEM_W : 0u) |
	            ((p->p_flags & PF_X) != 0 ? MEM_X : 0u);
	elf->count++;
	return NULL;
}

static int
by_address(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return strcmp(x->name, y->name);
}

static const char *
read_symbols(struct elf_file *elf, const Elf64_Shdr *symtab, const Elf64_Shdr *strtab)
{
	uint64_t n = symtab->sh_size / sizeof(Elf64_Sym);

	if (!inside(elf, symtab->sh_offset, symtab->sh_size) ||
	    !inside(elf, strtab->sh_offset, strtab->sh_size) || strtab->sh_size == 0 ||
	    elf->bytes[strtab->sh_offset + strtab->sh_size - 1] != '\0')
		return "a broken symbol table";
	elf->symbol = calloc(n + 1, sizeof *elf->symbol);
	if (elf->symbol == NULL)
		return "too many symbols";
	for (uint64_t i = 0; i < n; i++) {
		Elf64_Sym s;

		memcpy(&s, elf->bytes + symtab->sh_offset + i * sizeof s, sizeof s);
		if (s.st_name >= strtab->sh_size)
			return "a broken symbol table";
		const char *name = (char *)elf->bytes + strtab->sh_offset + s.st_name;
		if (s.st_shndx == SHN_UNDEF || s.st_shndx >= SHN_LORESERVE || name[0] == '\0' ||
		    ELF64_ST_TYPE(s.st_info) > STT_FUNC || s.st_value >= ADDR_MAX)
			continue;
		elf->symbol[elf->symbol_count++] = (struct elf_symbol){ s.st_value, name };
	}
	qsort(elf->symbol, elf->symbol_count, sizeof *elf->symbol, by_address);
	return NULL;
}

static const char *
find_symbols(struct elf_file *elf, const Elf64_Ehdr *h)
{
	if (h->e_shentsize != sizeof(Elf64_Shdr) ||
	    !inside(elf, h->e_shoff, (uint64_t)h->e_shnum * sizeof(Elf64_Shdr)))
		return "a broken section table";
	for (unsigned i = 0; i < h->e_shnum; i++) {
		Elf64_Shdr s, strings;

		memcpy(&s, elf->bytes + h->e_shoff + i * sizeof s, sizeof s);
		if (s.sh_type != SHT_SYMTAB)
			continue;
		if (s.sh_link >= h->e_shnum)
			return "a broken section table";
		memcpy(&strings, elf->bytes + h->e_shoff + s.sh_link * sizeof s, sizeof s);
		return read_symbols(elf, &s, &strings);
	}
	return NULL;
}

static const char *
parse(struct elf_file *elf)
{
	Elf64_Ehdr h;
	const char *why;

	if (!inside(elf, 0, sizeof h))
		return "too short for an ELF file";
	memcpy(&h, elf->bytes, sizeof h);
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 || h.e_ident[EI_CLASS] != ELFCLASS64 ||
	    h.e_machine != EM_X86_64 || h.e_type != ET_EXEC)
		return "not a static x86-64 ELF program";
	if (h.e_phentsize != sizeof(Elf64_Phdr) ||
	    !inside(elf, h.e_phoff, (uint64_t)h.e_phnum * sizeof(Elf64_Phdr)))
		return "a broken program header";
	for (unsigned i = 0; i < h.e_phnum; i++) {
		Elf64_Phdr p;

		memcpy(&p, elf->bytes + h.e_phoff + i * sizeof p, sizeof p);
		if (p.p_type != PT_LOAD)
			continue;
		why = add_segment(elf, &p);
		if (why != NULL)
			return why;
	}
	elf->entry = h.e_entry;
	for (unsigned i = 0; i < elf->count; i++) {
		const struct elf_segment *s = &elf->segment[i];
		if ((s->rights & MEM_X) != 0 && h.e_entry >= s->addr &&
		    h.e_entry - s->addr < s->size)
			return find_symbols(elf, &h);
	}
	return "an entry point that is not in executable memory";
}

const char *
elf_open(struct elf_file *elf, const char *path)
{
	const char *why;

	*elf = (struct elf_file){ 0 };
	why = read_all(elf, path);
	if (why == NULL)
		why = parse(elf);
	if (why != NULL)
		elf_close(elf);
	return why;
}

void
elf_close(struct elf_file *elf)
{
	free(elf->symbol);
	free(elf->bytes);
	*elf = (struct elf_file){ 0 };
}
