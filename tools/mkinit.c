// SPDX-License-Identifier: MIT
// mkinit ELF OUT: turns init's ELF file into the boot module struct init_image
// (abi/boot.h), which the kernel can load without reading ELF.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <abi/boot.h>
#include "tools/elf_file.h"

static void
put(FILE *f, const void *data, size_t bytes, size_t padded)
{
	static const char zero[4096];

	if (bytes > 0 && fwrite(data, bytes, 1, f) != 1)
		exit((perror("mkinit: write"), 1));
	for (size_t n = bytes; n < padded; ) {
		size_t part = padded - n < sizeof zero ? padded - n : sizeof zero;
		if (fwrite(zero, part, 1, f) != 1)
			exit((perror("mkinit: write"), 1));
		n += part;
	}
}

int
main(int argc, char **argv)
{
	struct init_image image = { .magic = INIT_MAGIC };
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
	}
	FILE *f = fopen(argv[2], "wb");
	if (f == NULL) {
		perror(argv[2]);
		return 1;
	}
	put(f, &image, sizeof image, 4096);
	for (unsigned i = 0; i < elf.count; i++)
		put(f, elf.segment[i].data, elf.segment[i].file_size, image.file_size[i]);
	if (fclose(f) != 0) {
		perror(argv[2]);
		return 1;
	}
	elf_close(&elf);
	return 0;
}
