// SPDX-License-Identifier: MIT
// Feature bits (Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E).  Long
// mode is not among them: without it nothing of this runs, and grub.cfg says so.
#include <debug.h>
#include <x86/processor.h>
#include <x86/x86.h>

enum { EXTENDED = 0x80000001, EFER_SCE = 1 << 0, EFER_NXE = 1 << 11 };

static const struct { uint32_t leaf, bit; const char *name; } needed[] = {       // in EDX
	{ 1, 0, "FPU" }, { 1, 4, "TSC" }, { 1, 5, "MSR" }, { 1, 13, "PGE" }, { 1, 16, "PAT" },
	{ 1, 24, "FXSR" }, { 1, 25, "SSE" }, { 1, 26, "SSE2" }, { EXTENDED, 11, "SYSCALL" },
	{ EXTENDED, 20, "NX" },
};

void
processor_check(void)
{
	for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!(cpuid(needed[i].leaf).d >> needed[i].bit & 1))
			refuse("the processor has no %s; use another, or switch it on in the "
			       "firmware's settings", needed[i].name);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
}
