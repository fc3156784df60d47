// SPDX-License-Identifier: MIT
// The smallest program for tests of tools: two bytes of code at 0x400000
// called _start, eight bytes of data at 0x401000 and zeroes after them.
#pragma once

#include <elf.h>
#include <stddef.h>
#include <string.h>

struct tiny_elf {
	Elf64_Ehdr head;
	Elf64_Phdr program[2];
	Elf64_Shdr section[3];
	Elf64_Sym symbol[2];
	char names[8];
	unsigned char code[8], data[8];
};

enum { TINY_ELF_SIZE = sizeof(struct tiny_elf) };

static inline const unsigned char *
tiny_elf(void)
{
	static struct tiny_elf e;

	e = (struct tiny_elf){ .names = "\0_start", .code = { 0xeb, 0xfe },
	                       .data = { 1, 2, 3, 4, 5, 6, 7, 8 } };
	e.head = (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = 1,
		.e_entry = 0x400000,
		.e_phoff = offsetof(struct tiny_elf, program),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2,
		.e_shoff = offsetof(struct tiny_elf, section),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3,
		.e_ehsize = sizeof(Elf64_Ehdr),
	};
	e.program[0] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_X, offsetof(struct tiny_elf, code),
	                             0x400000, 0, 2, 2, 4096 };
	e.program[1] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_W, offsetof(struct tiny_elf, data),
	                             0x401000, 0, 8, 0x1800, 4096 };
	e.section[1] = (Elf64_Shdr){ .sh_type = SHT_SYMTAB, .sh_link = 2,
	                             .sh_offset = offsetof(struct tiny_elf, symbol),
	                             .sh_size = sizeof e.symbol };
	e.section[2] = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_size = sizeof e.names,
	                             .sh_offset = offsetof(struct tiny_elf, names) };
	e.symbol[1] = (Elf64_Sym){ .st_name = 1, .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
	                           .st_shndx = 1, .st_value = 0x400000, .st_size = 2 };
	return (const unsigned char *)&e;
}
