// SPDX-License-Identifier: MIT
// mkinit ELF OUT: turns init's ELF file into the boot module struct init_image
// (abi/boot.h), which the kernel can load without reading ELF.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <abi/boot.h>
#include "tools/elf_file.h"
#include "tools/module_file.h"

enum { IMAGE_HEAD = 4096 };

int
main(int argc, char **argv)
{
	struct init_image image = { .magic = INIT_MAGIC };
	size_t size = IMAGE_HEAD;
	struct elf_file elf;
	const char *why;

	if (argc != 3) {
		fputs("usage: mkinit ELF OUT\n", stderr);
		return 2;
	}
	why = elf_open(&elf, argv[1]);
	if (why != NULL) {
		fprintf(stderr, "mkinit: %s: %s\n", argv[1], why);
		return 1;
	}
	image.entry = elf.entry;
	for (unsigned i = 0; i < elf.count; i++) {
		const struct elf_segment *s = &elf.segment[i];

		image.segment[i].addr = s->addr;
		image.segment[i].size = s->size;
		image.segment[i].rights = s->rights;
		image.file_size[i] = (s->file_size + 4095) & ~4095ull;
		size += image.file_size[i];
	}
	unsigned char *file = calloc(1, size);
	size_t at = IMAGE_HEAD;

	if (file == NULL) {
		fputs("mkinit: out of memory\n", stderr);
		return 1;
	}
	memcpy(file, &image, sizeof image);
	for (unsigned i = 0; i < elf.count; i++) {
		memcpy(file + at, elf.segment[i].data, elf.segment[i].file_size);
		at += image.file_size[i];
	}
	module_write("mkinit", argv[2], file, size);
	free(file);
	elf_close(&elf);
	return 0;
}
