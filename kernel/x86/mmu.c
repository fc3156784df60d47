// SPDX-License-Identifier: MIT
// Kernel page tables: image pages with exactly their rights, physical memory
// never executable, the stack's guard page absent.
#include <cpu.h>
#include <debug.h>
#include <space.h>
#include <x86/mmu.h>
#include <x86/x86.h>

extern uint64_t boot_pml4[512], boot_pdpt[512], boot_kpdpt[512], boot_pd[4 * 512];
extern char kernel_start[], kernel_text_end[], kernel_rodata_end[], kernel_end[];
extern char kstack_guard[];

// First 2 MiB: of the image's window, and of physical memory.
[[gnu::aligned(4096)]] static uint64_t image_pd[512], image_pt[512], low_pt[512];

enum { IOAPIC_PD = 0xfec00000ull >> 21, LAPIC_PD = 0xfee00000ull >> 21 };

bool mmu_smap;
uint64_t mmu_cr4;

static uint64_t
phys_of(const void *image)
{
	return (uint64_t)image - KERNEL_BASE;
}

static uint64_t
image_rights(uint64_t addr)
{
	if (addr == (uint64_t)kstack_guard)
		return 0;
	if (addr < (uint64_t)kernel_text_end)
		return PTE_P | PTE_G;
	if (addr < (uint64_t)kernel_rodata_end)
		return PTE_P | PTE_G | PTE_NX;
	return PTE_P | PTE_G | PTE_NX | PTE_W;
}

static void
features(void)
{
	uint64_t cr4 = 0x20 | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	struct cpuid f = cpuid(0).a >= 7 ? cpuid(7) : (struct cpuid){ 0 };

	cr4 |= cpuid(1).d & 1u << 7 ? CR4_MCE : 0;
	cr4 |= f.b & 1u << 7 ? CR4_SMEP : 0;
	cr4 |= f.b & 1u << 20 ? CR4_SMAP : 0;
	cr4 |= f.c & 1u << 2 ? CR4_UMIP : 0;
	write_cr4(cr4);
	mmu_cr4 = cr4;
	mmu_smap = cr4 & CR4_SMAP;
	// 0 write-back, 1 write-combining, 2 uncached-, 3 uncached; twice.
	wrmsr(MSR_PAT, 0x0007010600070106);
}

void
mmu_init(void)
{
	assert(phys_of(kernel_end) <= SUPER);
	for (uint64_t i = 0; i < 4 * 512; i++)
		boot_pd[i] |= PTE_G | PTE_NX;
	boot_pd[IOAPIC_PD] |= PTE_UC;
	boot_pd[LAPIC_PD] |= PTE_UC;
	for (uint64_t i = 0; i < 512; i++)
		low_pt[i] = i * PAGE | PTE_P | PTE_W | PTE_G | PTE_NX;
	for (char *p = kernel_start; p < kernel_end; p += PAGE) {
		uint64_t i = phys_of(p) / PAGE, rights = image_rights((uint64_t)p);

		image_pt[i] = rights == 0 ? 0 : i * PAGE | rights;
		if (!(rights & PTE_W))
			low_pt[i] = i * PAGE | PTE_P | PTE_G | PTE_NX;
	}
	boot_pd[0] = phys_of(low_pt) | PTE_P | PTE_W;
	image_pd[0] = phys_of(image_pt) | PTE_P | PTE_W;
	boot_kpdpt[510] = phys_of(image_pd) | PTE_P | PTE_W;
	boot_pml4[0] = 0;
	features();
	write_cr3(phys_of(boot_pml4));
}

void
mmu_share_kernel(uint64_t *pml4)
{
	pml4[256] = boot_pml4[256];
	pml4[511] = boot_pml4[511];
}

void
mmu_unshare_kernel(uint64_t *pml4)
{
	pml4[256] = pml4[511] = 0;
}

void
mmu_leave(struct task *t)
{
	assert(cpu.task == t);
	cpu.task = NULL;
	write_cr3(phys_of(boot_pml4));
}
