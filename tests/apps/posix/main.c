// SPDX-License-Identifier: MIT
// What a C program may expect of musl and the back end: each check is a line
// "ok NAME" or "FAILED NAME" in the log.  For tests/system/test_posix.py.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <sys/startup.h>
#include "probes.h"

#define ROM "/rom/mail/1-order"

static _Thread_local int local = 41, local_zero;

static void
check(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "FAILED", name);
}

static int
descending(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static void
check_sort(void)
{
	enum { N = 5000 };
	int *n = malloc(N * sizeof *n);
	unsigned seed = 1;
	bool good = n != NULL;

	for (int i = 0; good && i < N; i++)
		n[i] = (int)((seed = seed * 1103515245u + 12345u) >> 8);
	if (good)
		qsort(n, N, sizeof *n, descending);
	for (int i = 1; good && i < N; i++)
		good = n[i - 1] >= n[i];
	check("qsort", good);
	free(n);
}

// Blocks of all sizes, freed and taken again until much more was asked for than
// there is; none may overlap, new pages must be zero.
static void
check_malloc(void)
{
	enum { BLOCKS = 64, ROUNDS = 40 };
	static unsigned char *block[BLOCKS];
	static size_t size[BLOCKS];
	unsigned seed = 7;
	bool good = true;

	for (int i = 0; i < BLOCKS * ROUNDS && good; i++) {
		int k = i % BLOCKS;

		for (size_t j = 0; j < size[k]; j++)
			good &= block[k][j] == k;
		free(block[k]);
		seed = seed * 1103515245u + 12345u;
		size[k] = (seed >> 16) % (i % 7 == 0 ? 200000 : 500) + 1;
		block[k] = calloc(1, size[k]);
		good &= block[k] != NULL;
		for (size_t j = 0; good && j < size[k]; j++)
			good = block[k][j] == 0;
		if (good)
			memset(block[k], k, size[k]);
	}
	for (int k = 0; k < BLOCKS; k++)
		free(block[k]);
	check("malloc", good);
	errno = 0;
	// more than the component has, but not more than an address space
	volatile size_t much = 1u << 30;
	void *p = malloc(much);
	check("malloc-limit", p == NULL && errno == ENOMEM);
	p = malloc(1 << 20);
	void *q = realloc(p, 3000);
	check("realloc", p != NULL && q != NULL);
	free(q);
}

static jmp_buf away;

// From below qsort, whose frames it leaves behind.
static int
jump(const void *a, const void *b)
{
	if (a != b)
		longjmp(away, 5);
	return 0;
}

static void
check_jump(void)
{
	volatile int before = 17;
	int value = setjmp(away);

	if (value == 0) {
		int n[] = { 2, 1 };

		before = 18;
		qsort(n, 2, sizeof n[0], jump);
	}
	check("setjmp", value == 5 && before == 18);
}

static void
check_float(void)
{
	char text[64];
	volatile double two = 2.0, big = 1e300;
	volatile float third = 1.0f / 3.0f;

	snprintf(text, sizeof text, "%.15f %g %a", sqrt(two), big * big, 1.5);
	check("printf-float", strcmp(text, "1.414213562373095 inf 0x1.8p+0") == 0);
	check("math", fabs(sin(two) - 0.9092974268256817) < 1e-15 && third * 3.0f == 1.0f);
	check("strtod", strtod("-12.5e2x", NULL) == -1250.0);
}

static void
check_file(void)
{
	char line[128], copy[4096];
	FILE *f = fopen(ROM, "r");
	bool good = f != NULL && fgets(line, sizeof line, f) != NULL;

	check("fgets", good && strncmp(line, "From:", 5) == 0);
	if (!good)
		return;
	size_t lines = 1;
	while (fgets(line, sizeof line, f) != NULL)
		lines++;
	printf("lines %zu\n", lines);
	long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	printf("size %ld\n", size);
	rewind(f);
	check("fread", fread(copy, 1, 5, f) == 5 && memcmp(copy, "From:", 5) == 0);
	fclose(f);

	struct stat st;
	check("stat", stat(ROM, &st) == 0 && st.st_size == size && S_ISREG(st.st_mode));
	int fd = open(ROM, O_RDONLY);
	const char *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	check("mmap-file", map != MAP_FAILED && memcmp(map, "From:", 5) == 0);
	check("pread", pread(fd, copy, sizeof copy, 5) == size - 5 &&
	               memcmp(copy, map + 5, (size_t)size - 5) == 0);
	check("lseek", lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL &&
	               lseek(fd, 0, SEEK_CUR) == 0);
	close(fd);
	check("closed", read(fd, copy, 1) == -1 && errno == EBADF);
}

static void
check_errors(void)
{
	errno = 0;
	check("no-such-file", open("/rom/none", O_RDONLY) == -1 && errno == ENOENT);
	check("read-only", fopen(ROM, "w") == NULL && errno == EROFS);
	check("nowhere", fopen("/etc/passwd", "r") == NULL && errno == ENOENT);
	check("no-code", mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
	                      -1, 0) == MAP_FAILED && errno == EACCES);
	check("enosys", fork() == -1 && errno == ENOSYS);
	check("enosys-again", fork() == -1 && errno == ENOSYS);
	int *here = &errno;
	check("errno-is-thread-local", (char *)here != (char *)&local && local == 41 &&
	                               local_zero == 0);
}

static void
check_time(void)
{
	struct timespec a, b, ms30 = { 0, 30000000 };

	clock_gettime(CLOCK_MONOTONIC, &a);
	nanosleep(&ms30, NULL);
	clock_gettime(CLOCK_MONOTONIC, &b);
	double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
	check("clock", ms >= 30.0 && ms < 5000.0);
}

static void
at_end(void)
{
	printf("unfinished line");
}

// Called `crasher`: everything is as at the first start, again and again.
static void
crash(void)
{
	static int data = 5, zero;
	struct timespec ms20 = { 0, 20000000 };

	check("fresh", data == 5 && zero == 0 && local == 41 && errno == 0);
	check_malloc();
	data = zero = local = errno = 6;
	nanosleep(&ms20, NULL);                 // init does not restart what faults at once
	printf("the end");
	fflush(stdout);
	abort();
}

int
main(int argc, char **argv)
{
	if (strcmp(startup()->name, "crasher") == 0)
		crash();
	printf("ok in ");
	printf("two pieces\n");
	check_sort();
	check_malloc();
	check_jump();
	check_float();
	check_file();
	check_errors();
	check_time();
	printf("probes\n");
	probe_all(argc, argv);
	printf("probed\n");
	fprintf(stderr, "end\n");
	atexit(at_end);
	return 7;
}
