// SPDX-License-Identifier: MIT
// What no report counts in lines, with its size on this machine: what runs before
// the kernel, below it, or made it.
#include <sys/stat.h>
#include "tcb-report/report.h"

static const struct { const char *name, *path; } things[] = {
	{ "BIOS (SeaBIOS)", "/usr/share/seabios/bios-256k.bin" },
	{ "VGA BIOS", "/usr/share/seabios/vgabios-stdvga.bin" },
	{ "GRUB's kernel", "/usr/lib/grub/i386-pc/kernel.img" },
	{ "GRUB's multiboot2 module", "/usr/lib/grub/i386-pc/multiboot2.mod" },
	{ "QEMU", "/usr/bin/qemu-system-x86_64" },
	{ "GCC's compiler", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1" },
	{ "assembler", "/usr/bin/x86_64-linux-gnu-as" },
	{ "linker", "/usr/bin/x86_64-linux-gnu-ld.bfd" },
};

bool
outside_thing(unsigned index, const char **name, unsigned long *bytes)
{
	struct stat st;

	if (index >= sizeof things / sizeof things[0])
		return false;
	*name = things[index].name;
	*bytes = stat(things[index].path, &st) == 0 ? (unsigned long)st.st_size : 0;
	return true;
}
