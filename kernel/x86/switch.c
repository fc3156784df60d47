// SPDX-License-Identifier: MIT
// FPU and SSE state: saved and loaded at each switch, for threads that use it.
// For the others the registers are cleared and using them traps once; what one
// thread left is never in the registers while another runs.
#include <string.h>
#include <x86/switch.h>

[[gnu::aligned(16)]] static uint8_t clean[512];

void
switch_init(void)
{
	clts();
	fninit();
	// Registers are zero after reset; the default MXCSR is the only other state.
	fxsave(clean);
	memset(clean + 32, 0, sizeof clean - 32);
	*(uint32_t *)(void *)(clean + 24) = 0x1f80;
	write_cr0(read_cr0() | CR0_TS);
}

static void
switch_fpu(struct thread *t)
{
	if (cpu.fpu == t)
		return;
	if (cpu.fpu != NULL)
		fxsave(cpu.fpu->fpu);
	else
		clts();
	if (t->fpu_used) {
		cpu.fpu = t;
		fxrstor(t->fpu);
	} else {
		cpu.fpu = NULL;
		fxrstor(clean);
		write_cr0(read_cr0() | CR0_TS);
	}
}

struct thread *
switch_extra(struct thread *t)
{
	if ((t->extra ^ cpu.extra) & EXTRA_BLIND)
		write_cr4(t->extra & EXTRA_BLIND ? mmu_cr4 | CR4_TSD : mmu_cr4);
	if ((t->extra | cpu.extra) & EXTRA_STATE) {
		switch_fpu(t);
		wrmsr(MSR_FS_BASE, t->fs_base);
		tss.bitmap_offset = t->extra & EXTRA_STATE && t->task == io_task ? BITMAP_HERE
		                                                                : BITMAP_NONE;
	}
	cpu.extra = t->extra;
	return t;
}

void
switch_fpu_trap(struct thread *t)
{
	t->fpu_used = 1;
	t->extra |= EXTRA_STATE;
	memcpy(t->fpu, clean, sizeof clean);
	switch_extra(t);
}

bool
switch_ports(struct thread *t)
{
	if (!io_fault(t->task))
		return false;
	t->extra |= EXTRA_STATE;
	switch_extra(t);
	return true;
}

void
switch_fs_base(struct thread *t, uint64_t base)
{
	t->fs_base = base;
	t->extra |= EXTRA_STATE;
	if (t == cpu.current)
		switch_extra(t);
}

void
switch_forget(struct thread *t)
{
	if (cpu.fpu != t)
		return;
	cpu.fpu = NULL;
	fxrstor(clean);
	write_cr0(read_cr0() | CR0_TS);
}
