// SPDX-License-Identifier: MIT
// The way from the first instruction to musl's start-up code, which then calls
// main: what a Linux kernel would have put on the stack.
#include <elf.h>
#include <stdint.h>
#include <sys/startup.h>
#include <sys/sys.h>

enum { PAGE = 4096, AUXV = 12 };

// The linker's: lib/musl/program.ld makes the ELF header part of the text.
extern const Elf64_Ehdr __ehdr_start;

// musl's, and the program's
_Noreturn int __libc_start_main(int (*)(void), int, char **, void (*)(void), void (*)(void),
                                void (*)(void));
int main(void);
_Noreturn void posix_start(void);

static void
nothing(void)
{
}

// Secrets of the allocator and the like: it is enough that they differ from
// start to start; nothing here is cryptography.
static void
make_random(uint64_t random[2])
{
	for (int i = 0; i < 2; i++) {
		random[i] = sys_now() * 0x9e3779b97f4a7c15ull;
		random[i] ^= random[i] >> 29;
	}
}

void
posix_start(void)
{
	static uint64_t random[2];
	static char name[sizeof(startup()->name)], words[sizeof(startup()->argument)];
	// argv, environment and auxiliary vector follow each other
	static struct {
		char *argv[2 + sizeof words / 2];
		char *env[1];
		uint64_t aux[AUXV];
	} block;
	char **argv;
	int argc = 0;
	const uint64_t aux[AUXV] = {
		AT_PHDR, (uintptr_t)&__ehdr_start + __ehdr_start.e_phoff,
		AT_PHNUM, __ehdr_start.e_phnum, AT_PHENT, __ehdr_start.e_phentsize,
		AT_PAGESZ, PAGE, AT_RANDOM, (uintptr_t)random, AT_NULL, 0,
	};

	for (unsigned i = 0; i < sizeof name - 1; i++)
		name[i] = startup()->name[i];
	for (unsigned i = 0; i < AUXV; i++)
		block.aux[i] = aux[i];
	make_random(random);
	for (unsigned i = 0; i < sizeof words - 1; i++)
		words[i] = startup()->argument[i];
	// from the end on, so that NULL stands before the environment
	argv = &block.argv[sizeof block.argv / sizeof block.argv[0] - 1];
	for (unsigned i = sizeof words - 1; i-- > 0; ) {
		if (words[i] == ' ')
			words[i] = '\0';
		if (words[i] != '\0' && (i == 0 || words[i - 1] == ' '))
			*--argv = &words[i], argc++;
	}
	*--argv = name;
	__libc_start_main(main, argc + 1, argv, nothing, nothing, NULL);
}
