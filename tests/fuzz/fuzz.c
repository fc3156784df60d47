// SPDX-License-Identifier: MIT
// fuzz [--invocations=N] [--seed=N] [--failure=FILE] [--tap] [--missed]
// fuzz --replay=FILE
//
// Runs programs of random system calls against the kernel's own code until N
// invocations are made, preferring changes of programs that took new ways
// through it.  Between calls, invariants are checked.  The same seed does the
// same.  What fails is left in FILE.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "cover.h"
#include "machine.h"
#include "pool.h"
#include "program.h"
#include "world.h"

enum { CORPUS_MAX = 1024 };

static struct program corpus[CORPUS_MAX], current;
static unsigned corpus_size;
static uint64_t programs, seed = 1;
static uint64_t invocations = 10000000;
static const char *failure = "fuzz.failure";
static bool tap, missed;
static unsigned step_now, check_every = 24;

void
found(const char *fmt, ...)
{
	va_list ap;
	FILE *f = fopen(failure, "wb");

	fprintf(stderr, "fuzz: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nfuzz: in step %u of program %lu of seed %lu; fuzz --replay=%s\n",
	        step_now, programs, seed, failure);
	if (f != NULL) {
		fwrite(&current, sizeof current, 1, f);
		fclose(f);
	}
	if (tap)
		printf("not ok 1 - kernel_fuzz\n");
	fflush(stdout);
	_Exit(1);
}

static void
print_step(const struct step *s)
{
	static const char *const name[] = { "invoke", "touch", "fpu", "port", "exception",
		"interrupt", "pass" };

	fprintf(stderr, "%3u thread %lx %s cap %u op %u flags %x words %u items %u wait %u"
	        " mr %lx %lx %lx %lx\n",
	        step_now, (uint64_t)cpu.current & 0xffffff, name[s->act % ACTS], s->cap, s->op,
	        s->flags, s->words, s->items, s->wait, s->mr[0], s->mr[1], s->mr[2], s->mr[3]);
}

static void
run(const struct program *p)
{
	step_now = 0;
	world_build(p->world);
	check_all();
	for (step_now = 0; step_now < p->length; step_now++) {
		if (check_every == 1)
			print_step(&p->step[step_now]);
		world_step(&p->step[step_now]);
		if (step_now % check_every == 0)
			check_all();
	}
	check_all();
	world_end();
}

// New ways: keep it, in the place of a random one when there is no more room.
static void
keep(void)
{
	uint64_t at = corpus_size < CORPUS_MAX ? corpus_size++ : program_random(CORPUS_MAX);

	corpus[at] = current;
}

static void
campaign(void)
{
	while (machine.invocations < invocations) {
		uint64_t done = machine.invocations, windows = machine.windows;
		uint64_t interrupts = machine.interrupts;

		if (corpus_size < 8 || program_random(20) == 0)
			program_new(&current);
		else
			program_mutate(&current, &corpus[program_random(corpus_size)],
			               &corpus[program_random(corpus_size)]);
		cover_start();
		run(&current);
		programs++;
		machine.invocations += done;
		machine.windows += windows;
		machine.interrupts += interrupts;
		if (cover_end())
			keep();
	}
}

static void
options(int argc, char **argv, const char **replay)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--invocations=", 14) == 0)
			invocations = strtoull(argv[i] + 14, NULL, 0);
		else if (strncmp(argv[i], "--seed=", 7) == 0)
			seed = strtoull(argv[i] + 7, NULL, 0);
		else if (strncmp(argv[i], "--failure=", 10) == 0)
			failure = argv[i] + 10;
		else if (strncmp(argv[i], "--replay=", 9) == 0)
			*replay = argv[i] + 9;
		else if (strcmp(argv[i], "--tap") == 0)
			tap = true;
		else if (strcmp(argv[i], "--missed") == 0)
			missed = true;
		else {
			fprintf(stderr, "fuzz: unknown argument %s\n", argv[i]);
			exit(2);
		}
	}
}

static int
replay_file(const char *name)
{
	FILE *f = fopen(name, "rb");

	if (f == NULL || fread(&current, sizeof current, 1, f) != 1 ||
	    current.length > STEPS_MAX) {
		fprintf(stderr, "fuzz: %s is no program\n", name);
		return 2;
	}
	fclose(f);
	failure = "/dev/null";
	check_every = 1;
	run(&current);
	printf("fuzz: %s does nothing wrong\n", name);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *replay = NULL;

	options(argc, argv, &replay);
	pool_start();
	if (replay != NULL)
		return replay_file(replay);
	if (tap)
		printf("1..1\n");
	program_seed(seed);
	campaign();
	printf("%sfuzz: %lu invocations in %lu programs, seed %lu: nothing wrong\n"
	       "%sfuzz: %u of %u blocks, %u edges, %u programs kept, %lu windows, %lu interrupts\n",
	       tap ? "# " : "", machine.invocations, programs, seed, tap ? "# " : "",
	       cover_blocks(), cover_blocks_all(), cover_edges(), corpus_size, machine.windows,
	       machine.interrupts);
	if (tap)
		printf("ok 1 - kernel_fuzz\n");
	if (missed)
		cover_print_missed();
	return 0;
}
