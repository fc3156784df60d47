// SPDX-License-Identifier: MIT
#include <dwarf.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <elfutils/libdw.h>
#include "tcb-report/calls.h"

enum { DEPTH = 64 };            // of nested blocks and inlining; deeper is not looked at

struct search { found_call *found; void *context; };

// Functions that the linker threw away have address 0 or none.
static bool
has_code(Dwarf_Die *die)
{
	Dwarf_Addr base, start, end;

	return dwarf_ranges(die, 0, &base, &start, &end) > 0 && start != 0 && end > start;
}

static void
look_at(const struct search *s, Dwarf_Die *die)
{
	const char *file = dwarf_decl_file(die), *name = dwarf_diename(die), *at;

	if (file == NULL || name == NULL || !has_code(die))
		return;
	at = strstr(file, "lib/sys/");
	if (at == NULL)
		at = strstr(file, "lib/session/");
	if (at == NULL)
		at = strstr(file, "lib/app/");
	if (at != NULL && strlen(at) > 2 && strcmp(at + strlen(at) - 2, ".h") == 0)
		s->found(s->context, at, name);
}

// Recursion ends with the nesting of the source, and at DEPTH.
static void
walk(const struct search *s, Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die die;

	if (depth == DEPTH || dwarf_child(parent, &die) != 0)
		return;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_subprogram && !has_code(&die))
			continue;
		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine)
			look_at(s, &die);
		if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine ||
		    tag == DW_TAG_lexical_block)
			walk(s, &die, depth + 1);
	} while (dwarf_siblingof(&die, &die) == 0);
}

bool
calls_find(const char *path, found_call *found, void *context)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Dwarf *dwarf = fd >= 0 ? dwarf_begin(fd, DWARF_C_READ) : NULL;
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;

	while (dwarf != NULL && dwarf_get_units(dwarf, unit, &unit, NULL, NULL, &die, NULL) == 0)
		walk(&(struct search){ found, context }, &die, 0);
	if (dwarf != NULL)
		dwarf_end(dwarf);
	if (fd >= 0)
		close(fd);
	return dwarf != NULL;
}
