// SPDX-License-Identifier: MIT
// Writes a boot module, for mkinit and mkplan; checks it, for tcb-report.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/base/include/crc32c.h"
#include "tools/module_file.h"

size_t
module_size(const void *file, size_t size)
{
	return size < 4 || crc32c(file, size) != CRC32C_WHOLE ? 0 : size - 4;
}

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
