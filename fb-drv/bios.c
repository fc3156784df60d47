// SPDX-License-Identifier: MIT
// The emulator's one way out: each access to memory or a port comes to access().
#include <string.h>
#include <x86emu.h>
#include "bios.h"

enum {
	CODE_SEGMENT = 0x1000, STACK_SEGMENT = 0x2000, BUFFER_SEGMENT = BIOS_BUFFER / 16,
	INSTRUCTIONS_MAX = 2000000,
};

static uint8_t memory[BIOS_MEMORY];
static x86emu_t emu;
static u64 msr[X86EMU_MSRS];
static unsigned char msr_perm[X86EMU_MSRS];

uint8_t *
bios_memory(void)
{
	return memory;
}

void
bios_init(const uint8_t data[BIOS_DATA_SIZE], const uint8_t rom[BIOS_ROM_SIZE])
{
	memset(memory, 0, sizeof memory);
	memcpy(memory, data, BIOS_DATA_SIZE);
	memcpy(memory + BIOS_ROM, rom, BIOS_ROM_SIZE);
}

// VGA and Bochs' display interface.  Everything else is not there: reads give
// ones (no device answers PCI configuration), writes go nowhere.
static bool
is_card(uint32_t port, unsigned bytes)
{
	return bytes <= 4 && ((port >= 0x3b0 && port <= 0x3e0 - bytes) ||
	                      (port >= 0x1ce && port <= 0x1d1 - bytes));
}

static unsigned
access(x86emu_t *e, u32 addr, u32 *val, unsigned type)
{
	unsigned size = type & 0xff;
	unsigned bytes = size == X86EMU_MEMIO_16 ? 2 : size == X86EMU_MEMIO_32 ? 4 : 1;

	(void)e;
	switch (type & ~0xffu) {
	case X86EMU_MEMIO_I:
		*val = is_card(addr, bytes) ? card_in((uint16_t)addr, bytes) : ~0u;
		return 0;
	case X86EMU_MEMIO_O:
		if (is_card(addr, bytes))
			card_out((uint16_t)addr, bytes, *val);
		return 0;
	}
	// beyond the end there is nothing, as with the address line 20 closed
	if (addr > BIOS_MEMORY - bytes)
		return 1;
	if ((type & ~0xffu) == X86EMU_MEMIO_W)
		memcpy(memory + addr, val, bytes);
	else
		*val = 0, memcpy(val, memory + addr, bytes);
	return 0;
}

static void
reset(void)
{
	memset(&emu, 0, sizeof emu);
	memset(msr, 0, sizeof msr);
	emu.memio = access;
	emu.x86.msr = msr;
	emu.x86.msr_perm = msr_perm;
	emu.x86.R_EFLG = 2;
	for (int i = 0; i < 6; i++)
		emu.x86.seg[i] = (sel_t){ .limit = 0xffff, .acc = 0x93 };
	emu.x86.R_CS_ACC = 0x9b;
	emu.x86.R_GDT_LIMIT = emu.x86.R_IDT_LIMIT = 0xffff;
	x86emu_set_seg_register(&emu, emu.x86.R_CS_SEL, CODE_SEGMENT);
	x86emu_set_seg_register(&emu, emu.x86.R_SS_SEL, STACK_SEGMENT);
	x86emu_set_seg_register(&emu, emu.x86.R_ES_SEL, BUFFER_SEGMENT);
	emu.x86.R_ESP = 0xfff0;
	emu.max_instr = INSTRUCTIONS_MAX;
}

bool
bios_run(const void *code, size_t size, struct bios_regs *regs)
{
	reset();
	memcpy(memory + CODE_SEGMENT * 16, code, size);
	emu.x86.R_EAX = regs->eax, emu.x86.R_EBX = regs->ebx;
	emu.x86.R_ECX = regs->ecx, emu.x86.R_EDX = regs->edx;
	unsigned why = x86emu_run(&emu, X86EMU_RUN_MAX_INSTR);

	regs->eax = emu.x86.R_EAX, regs->ebx = emu.x86.R_EBX;
	regs->ecx = emu.x86.R_ECX, regs->edx = emu.x86.R_EDX;
	// our own HLT, not another one
	return why == 0 && emu.x86.R_CS == CODE_SEGMENT && emu.x86.R_EIP == size;
}
