// SPDX-License-Identifier: MIT
// The emulator's one way out: each access to memory or a port comes to access().
#include <string.h>
#include <sys/port.h>
#include <x86emu.h>
#include "bios.h"

enum {
	CODE_SEGMENT = 0x1000, STACK_SEGMENT = 0x2000, BUFFER_SEGMENT = BIOS_BUFFER / 16,
	INSTRUCTIONS_MAX = 2000000,
};

uint8_t bios_memory[BIOS_MEMORY];
static x86emu_t emu;
static u64 msr[X86EMU_MSRS];
static unsigned char msr_perm[X86EMU_MSRS];

// VGA and Bochs' display interface, whose registers have one or two bytes.
// Everything else is not there: reads give ones (no device answers PCI
// configuration), writes go nowhere.
static bool
is_card(uint32_t port, unsigned bytes)
{
	return bytes <= 2 && ((port >= 0x3b0 && port <= 0x3e0 - bytes) ||
	                      (port >= 0x1ce && port <= 0x1d1 - bytes));
}

static void
access_port(uint32_t port, unsigned bytes, u32 *value, bool out)
{
	if (!is_card(port, bytes))
		*value = out ? *value : ~0u;
	else if (!out)
		*value = bytes == 1 ? port_in8((uint16_t)port) : port_in16((uint16_t)port);
	else if (bytes == 1)
		port_out8((uint16_t)port, (uint8_t)*value);
	else
		port_out16((uint16_t)port, (uint16_t)*value);
}

static unsigned
access(x86emu_t *e, u32 addr, u32 *value, unsigned type)
{
	unsigned size = type & 0xff, kind = type - size;
	unsigned bytes = size == X86EMU_MEMIO_16 ? 2 : size == X86EMU_MEMIO_32 ? 4 : 1;

	(void)e;
	if (kind == X86EMU_MEMIO_I || kind == X86EMU_MEMIO_O)
		access_port(addr, bytes, value, kind == X86EMU_MEMIO_O);
	else if (addr > BIOS_MEMORY - bytes)    // as with the address line 20 closed
		return 1;
	else if (kind == X86EMU_MEMIO_W)
		memcpy(bios_memory + addr, value, bytes);
	else
		*value = 0, memcpy(value, bios_memory + addr, bytes);
	return 0;
}

bool
bios_run(const void *code, size_t size, uint32_t *eax, uint32_t ebx, uint32_t ecx)
{
	emu = (x86emu_t){ .memio = access, .max_instr = INSTRUCTIONS_MAX };
	memset(msr, 0, sizeof msr);
	emu.x86.msr = msr, emu.x86.msr_perm = msr_perm;
	for (int i = 0; i < 6; i++)
		emu.x86.seg[i] = (sel_t){ .limit = 0xffff, .acc = 0x93 };
	emu.x86.R_CS_ACC = 0x9b;
	emu.x86.R_GDT_LIMIT = emu.x86.R_IDT_LIMIT = 0xffff;
	x86emu_set_seg_register(&emu, emu.x86.R_CS_SEL, CODE_SEGMENT);
	x86emu_set_seg_register(&emu, emu.x86.R_SS_SEL, STACK_SEGMENT);
	x86emu_set_seg_register(&emu, emu.x86.R_ES_SEL, BUFFER_SEGMENT);
	emu.x86.R_EFLG = 2, emu.x86.R_ESP = 0xfff0;
	emu.x86.R_EAX = *eax, emu.x86.R_EBX = ebx, emu.x86.R_ECX = ecx;
	memcpy(bios_memory + CODE_SEGMENT * 16, code, size);
	unsigned why = x86emu_run(&emu, X86EMU_RUN_MAX_INSTR);

	*eax = emu.x86.R_EAX;
	// our own HLT, not another one
	return why == 0 && emu.x86.R_CS == CODE_SEGMENT && emu.x86.R_EIP == size;
}
