// SPDX-License-Identifier: MIT
// Reads line tables with elfutils' libdw.  What the linker threw away still has
// lines there, at addresses outside of the program: they do not count.
#include <dwarf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include "tcb-report/linked.h"

enum { RANGES = 8, PATH = 1024 };

struct range { Dwarf_Addr start, end; };
struct text { struct range range[RANGES]; unsigned count; };

static struct text
text_of(Elf *elf)
{
	struct text text = { .count = 0 };
	size_t n = 0;

	if (elf_getphdrnum(elf, &n) != 0)
		return text;
	for (size_t i = 0; i < n && text.count < RANGES; i++) {
		GElf_Phdr p;

		if (gelf_getphdr(elf, (int)i, &p) == NULL || p.p_type != PT_LOAD ||
		    (p.p_flags & PF_X) == 0)
			continue;
		text.range[text.count++] = (struct range){ p.p_vaddr, p.p_vaddr + p.p_memsz };
	}
	return text;
}

static bool
is_text(const struct text *text, Dwarf_Addr addr)
{
	for (unsigned i = 0; i < text->count; i++)
		if (addr >= text->range[i].start && addr < text->range[i].end)
			return true;
	return false;
}

// Names are relative to the folder in which the compiler ran.
static void
full_path(char full[PATH], const char *folder, const char *path)
{
	if (path[0] == '/' || folder == NULL || strcmp(folder, ".") == 0)
		folder = NULL;
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	snprintf(full, PATH, "%s%s%s", folder != NULL ? folder : "",
	         folder != NULL ? "/" : "", path);
}

static void
unit_lines(Dwarf_Die *die, const struct text *text, linked_line *found, void *context)
{
	Dwarf_Attribute attribute;
	const char *folder = dwarf_formstring(dwarf_attr(die, DW_AT_comp_dir, &attribute));
	const char *last = NULL;
	char full[PATH];
	Dwarf_Lines *lines;
	size_t n;

	if (dwarf_getsrclines(die, &lines, &n) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		Dwarf_Line *l = dwarf_onesrcline(lines, i);
		Dwarf_Addr addr;
		const char *path;
		int line;
		bool end;

		if (dwarf_lineaddr(l, &addr) != 0 || dwarf_lineno(l, &line) != 0 || line <= 0 ||
		    dwarf_lineendsequence(l, &end) != 0 || end || !is_text(text, addr))
			continue;
		path = dwarf_linesrc(l, NULL, NULL);
		if (path == NULL)
			continue;
		if (path != last)
			full_path(full, folder, path);
		last = path;
		found(context, full, (unsigned)line);
	}
}

bool
linked_lines(const char *path, linked_line *found, void *context)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Dwarf *dwarf = fd >= 0 ? dwarf_begin(fd, DWARF_C_READ) : NULL;
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	if (dwarf != NULL) {
		struct text text = text_of(dwarf_getelf(dwarf));

		while (dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
			unit_lines(&die, &text, found, context);
		dwarf_end(dwarf);
	}
	if (fd >= 0)
		close(fd);
	return dwarf != NULL;
}
