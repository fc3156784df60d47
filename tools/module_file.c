// SPDX-License-Identifier: MIT
// Writes a boot module, for mkinit and mkplan.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include "lib/base/include/crc32c.h"
#include "tools/module_file.h"

void
module_write(const char *who, const char *name, const void *data, size_t size)
{
	uint32_t crc = crc32c(data, size);
	const unsigned char end[4] = { (unsigned char)crc, (unsigned char)(crc >> 8),
		(unsigned char)(crc >> 16), (unsigned char)(crc >> 24) };
	FILE *f = fopen(name, "wb");

	if (f != NULL && fwrite(data, size, 1, f) == 1 && fwrite(end, sizeof end, 1, f) == 1 &&
	    fclose(f) == 0)
		return;
	fprintf(stderr, "%s: %s: %s\n", who, name, strerror(errno));
	exit(1);
}
