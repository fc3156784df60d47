/* SPDX-License-Identifier: MIT
 * A guest without an operating system: own stack, descriptor tables, one handler for all
 * exceptions, and the way out of long mode and back. */
.section .text.start, "ax"
.globl _start
_start:
	lea stack_end(%rip), %rsp
	lgdt gdt_pointer(%rip)
	mov %cr4, %rax
	or $0x600, %rax			/* OSFXSR, OSXMMEXCPT */
	mov %rax, %cr4
	mov %rsi, %rdi
	xor %ebp, %ebp
	jmp flat_main

.text
/* Exception n: 16 bytes each, from flat_stubs on. */
.balign 16
.globl flat_stubs
flat_stubs:
.set n, 0
.rept 32
	.balign 16
	.if n == 8 || (n >= 10 && n <= 14) || n == 17 || n == 21 || n == 29 || n == 30
	nop
	nop
	.else
	push $0
	.endif
	push $n
	jmp trap
	.set n, n + 1
.endr

/* Goes on at flat_resume, with the exception's number in flat_trapped. */
trap:
	push %rax
	mov 8(%rsp), %rax
	mov %rax, flat_trapped(%rip)
	mov flat_resume(%rip), %rax
	mov %rax, 24(%rsp)
	pop %rax
	add $16, %rsp
	iretq

/* Out of long mode, by way of 32-bit code without paging, and back. */
.globl flat_legacy
flat_legacy:
	push %rbx
	mov %rsp, saved(%rip)
	push $0x20
	lea 1f(%rip), %rax
	push %rax
	lretq
.code32
1:	mov $0x18, %eax
	mov %eax, %ds
	mov %eax, %ss
	mov %cr0, %eax
	btr $31, %eax
	mov %eax, %cr0
	mov $0xc0000080, %ecx
	rdmsr
	mov %eax, seen_efer		/* LMA is gone */
	btr $8, %eax
	wrmsr
	cpuid
	mov $0xc0000080, %ecx
	rdmsr
	bts $8, %eax
	wrmsr
	mov %cr0, %eax
	bts $31, %eax
	mov %eax, %cr0
	ljmp $0x10, $2f
.code64
2:	mov saved(%rip), %rsp
	pop %rbx
	mov seen_efer(%rip), %eax
	ret

.data
.balign 16
gdt:	.quad 0, 0
	.quad 0x00af9b000000ffff	/* 0x10: 64-bit code */
	.quad 0x00cf93000000ffff	/* 0x18: data */
	.quad 0x00cf9b000000ffff	/* 0x20: 32-bit code */
gdt_pointer:
	.short gdt_pointer - gdt - 1
	.quad gdt
.balign 8
.globl flat_resume, flat_trapped
flat_resume: .quad 0
flat_trapped: .quad 0
saved:	.quad 0
seen_efer: .long 0

.bss
.balign 16
	.skip 16384
stack_end:
