// SPDX-License-Identifier: MIT
// outbox IN OUTDIR: save the messages that the guest's mail program sends.
// IN is a file, a FIFO or "-".  Exit status 1 if anything was not saved.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tools/outbox_stream.h"

static int
fail(const char *what)
{
	fprintf(stderr, "outbox: %s: %s\n", what, strerror(errno));
	return 2;
}

int
main(int argc, char **argv)
{
	static char buffer[65536];
	struct outbox o;
	ssize_t n;

	if (argc != 3) {
		fprintf(stderr, "usage: outbox IN OUTDIR\n");
		return 2;
	}
	if (mkdir(argv[2], 0755) != 0 && errno != EEXIST)
		return fail(argv[2]);
	int dir = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return fail(argv[2]);
	int in = strcmp(argv[1], "-") == 0 ? STDIN_FILENO : open(argv[1], O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return fail(argv[1]);

	outbox_init(&o, dir, stdout);
	while ((n = read(in, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(argv[1]);
		outbox_feed(&o, buffer, (size_t)n);
	}
	return outbox_fini(&o) ? 0 : 1;
}
