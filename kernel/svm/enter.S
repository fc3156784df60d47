// SPDX-License-Identifier: MIT
// Into a guest and back (AMD APM volume 2, section 15.5).
#include <x86/layout.h>

	.text
	.globl svm_vmrun
	.balign 16
// rdi: physical address of the VMCB, rsi: struct regs of the guest.  Interrupts are off outside;
// in the guest they are on for the host, whatever the guest says, and end it.
svm_vmrun:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	pushq %rsi
	movl $(svm_host - KERNEL_BASE), %eax
	vmsave
	movq %rdi, %rax
	movq F_R15(%rsi), %r15
	movq F_R14(%rsi), %r14
	movq F_R13(%rsi), %r13
	movq F_R12(%rsi), %r12
	movq 32(%rsi), %r11
	movq 40(%rsi), %r10
	movq 48(%rsi), %r9
	movq 56(%rsi), %r8
	movq 64(%rsi), %rdi
	movq F_RBP(%rsi), %rbp
	movq F_RBX(%rsi), %rbx
	movq F_RDX(%rsi), %rdx
	movq 104(%rsi), %rcx
	movq 72(%rsi), %rsi
	clgi
	sti
	vmload
	vmrun
	vmsave
	pushq %rsi
	movq 8(%rsp), %rsi
	movq %r15, F_R15(%rsi)
	movq %r14, F_R14(%rsi)
	movq %r13, F_R13(%rsi)
	movq %r12, F_R12(%rsi)
	movq %r11, 32(%rsi)
	movq %r10, 40(%rsi)
	movq %r9, 48(%rsi)
	movq %r8, 56(%rsi)
	movq %rdi, 64(%rsi)
	movq %rbp, F_RBP(%rsi)
	movq %rbx, F_RBX(%rsi)
	movq %rdx, F_RDX(%rsi)
	movq %rcx, 104(%rsi)
	popq 72(%rsi)
	movl $(svm_host - KERNEL_BASE), %eax
	vmload
	cli
	stgi
	popq %rsi
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret
	.section .note.GNU-stack, "", @progbits
