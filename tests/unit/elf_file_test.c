// SPDX-License-Identifier: MIT
// Reading programs on the host: what is broken is refused with a sentence.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <abi/msg.h>
#include "tests/unit/tiny_elf.h"
#include "tools/elf_file.h"

// Programs are not believed: any byte changed or cut off, it is refused or sound.
static void
damaged_programs_do_no_harm(void **state)
{
	unsigned char bytes[TINY_ELF_SIZE];
	char path[] = "/tmp/scenario-elf-XXXXXX";
	int fd = mkstemp(path);
	unsigned refused = 0;

	(void)state;
	assert_true(fd >= 0);
	for (unsigned i = 0; i < 4000; i++) {
		struct elf_file elf;
		size_t size = i < 1000 ? TINY_ELF_SIZE * i / 1000 : TINY_ELF_SIZE;

		memcpy(bytes, tiny_elf(), sizeof bytes);
		if (i >= 1000)
			bytes[(size_t)rand() % (i % 2 == 0 ? 256 : sizeof bytes)] =
				(unsigned char)rand();
		assert_true(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);
		if (elf_open(&elf, path) != NULL) {
			refused++;
			continue;
		}
		for (unsigned j = 0; j < elf.count; j++)
			assert_true(elf.segment[j].file_size <= elf.segment[j].size &&
			            (elf.segment[j].rights & (MEM_W | MEM_X)) != (MEM_W | MEM_X));
		elf_close(&elf);
	}
	close(fd);
	unlink(path);
	assert_true(refused > 1000);
}

// Each check of a program's file has its sentence.
static void
bad_programs_get_their_message(void **state)
{
	char path[] = "/tmp/scenario-elf-XXXXXX";
	int fd = mkstemp(path);
	struct tiny_elf e;

	(void)state;
	assert_true(fd >= 0);
#define REFUSED(change, want) do { \
		struct elf_file elf; \
		memcpy(&e, tiny_elf(), sizeof e); \
		change; \
		assert_true(pwrite(fd, &e, sizeof e, 0) == sizeof e); \
		const char *why = elf_open(&elf, path); \
		assert_string_equal(why != NULL ? why : "accepted", want); \
	} while (0)
	REFUSED(e.head.e_ident[0] = 0, "not a static x86-64 ELF program");
	REFUSED(e.head.e_type = ET_DYN, "not a static x86-64 ELF program");
	REFUSED(e.head.e_phnum = 999, "a broken program header");
	REFUSED(e.program[1].p_filesz = 0x1801, "a segment that is not inside the file");
	REFUSED(e.program[0].p_offset = ~0ull, "a segment that is not inside the file");
	REFUSED(e.program[0].p_flags = 7, "a segment both writable and executable");
	REFUSED(e.program[1].p_vaddr = 0x400800, "a segment that does not start on a page");
	REFUSED(e.program[1].p_vaddr = 0x400000, "segments that share a page or are out of order");
	REFUSED(e.program[1].p_memsz = ~0ull, "a segment above 1 GiB");
	REFUSED(e.head.e_entry = 0x400002, "an entry point that is not in executable memory");
	REFUSED(e.head.e_entry = 0x401000, "an entry point that is not in executable memory");
	REFUSED(e.head.e_shnum = 999, "a broken section table");
	REFUSED(e.section[1].sh_link = 9, "a broken section table");
	REFUSED(e.section[1].sh_size = ~0ull, "a broken symbol table");
	REFUSED(e.symbol[1].st_name = 99, "a broken symbol table");
	close(fd);
	unlink(path);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_programs_do_no_harm),
		cmocka_unit_test(bad_programs_get_their_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
