// SPDX-License-Identifier: MIT
// Multiboot2 header and the way from GRUB's 32-bit protected mode to boot_main
// in long mode at the kernel's own addresses.  Paging here is provisional;
// mmu_init() narrows the rights.
#include "layout.h"

#define PHYS(x) ((x) - KERNEL_BASE)
#define MB2_MAGIC 0xe85250d6

	.section .multiboot, "a"
	.balign 8
header:
	.long MB2_MAGIC, 0, header_end - header, -(MB2_MAGIC + header_end - header)
	.balign 8
	.short 5, 0                     // framebuffer: preferred mode
	.long 20, 1024, 768, 32         // unless grub.cfg says otherwise
	.balign 8
	.short 6, 0                     // modules page aligned
	.long 8
	.balign 8
	.short 0, 0
	.long 8
header_end:

	.section .boot.text, "ax"
	.code32
	.globl _start
_start:
	cli
	cld
	movl %eax, %ebp                 // multiboot magic
	rdtsc
	movl %eax, PHYS(boot_tsc)
	movl %edx, PHYS(boot_tsc + 4)
	movl $PHYS(boot_pml4), %edi     // .bss is cleared by GRUB
	movl $PHYS(boot_pdpt), %eax
	orl $3, %eax
	movl %eax, (%edi)               // identity, until the jump
	movl %eax, 256 * 8(%edi)        // PHYS_BASE
	movl $PHYS(boot_kpdpt), %eax
	orl $3, %eax
	movl %eax, 511 * 8(%edi)
	movl $PHYS(boot_pd), %eax
	orl $3, %eax
	movl %eax, PHYS(boot_kpdpt) + 510 * 8
	movl $PHYS(boot_pdpt), %edi
	movl $4, %ecx
1:	movl %eax, (%edi)
	addl $4096, %eax
	addl $8, %edi
	loop 1b
	movl $PHYS(boot_pd), %edi
	movl $0x83, %eax                // 2 MiB, writable, present
	movl $2048, %ecx
2:	movl %eax, (%edi)
	addl $0x200000, %eax
	addl $8, %edi
	loop 2b

	movl $0x20, %eax                // PAE
	movl %eax, %cr4
	movl $PHYS(boot_pml4), %eax
	movl %eax, %cr3
	movl $0xc0000080, %ecx          // EFER: LME
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl $0x80010033, %eax          // PG, WP, NE, ET, MP, PE
	movl %eax, %cr0
	lgdt PHYS(boot_gdtr)
	ljmp $SEL_KCODE, $PHYS(long_mode)

	.code64
long_mode:
	movl $SEL_KDATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	movq $kstack_top, %rsp
	movl %ebp, %edi
	movl %ebx, %esi                 // multiboot information, physical
	xorl %ebp, %ebp
	movq $boot_main, %rax
	call *%rax
	ud2

	.balign 8
boot_gdt:
	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
boot_gdtr:
	.short . - boot_gdt - 1
	.long PHYS(boot_gdt)

	.bss
	.balign 4096
	.globl boot_pml4, boot_pdpt, boot_kpdpt, boot_pd
boot_pml4:  .skip 4096
boot_pdpt:  .skip 4096
boot_kpdpt: .skip 4096
boot_pd:    .skip 4 * 4096
	.globl kstack_guard, kstack_top
kstack_guard: .skip 4096                // not mapped: an overflow is a double fault
	.skip KSTACK_SIZE
kstack_top:

	.data
	.globl boot_tsc
boot_tsc: .quad 0
	.section .note.GNU-stack, "", @progbits
