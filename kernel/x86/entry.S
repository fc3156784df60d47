// SPDX-License-Identifier: MIT
// Every way into the kernel and back.  There is one kernel stack and it holds
// nothing across these paths: a thread's user registers are in its struct
// frame (the stack pointer the processor takes from the TSS points there).
#include "layout.h"

	.text
	.globl syscall_entry, exit_to_user, exit_by_sysret
	.balign 16
// rdi, rsi, rdx are the arguments of syscall() already.  What the caller-saved
// registers held is not kept: the ABI says they come back cleared.
syscall_entry:
	movq cpu + CPU_CURRENT, %rax
	movq %rsp, T_FRAME + F_RSP(%rax)
	movq %rbx, T_FRAME + F_RBX(%rax)
	movq %rbp, T_FRAME + F_RBP(%rax)
	movq %r12, T_FRAME + F_R12(%rax)
	movq %r13, T_FRAME + F_R13(%rax)
	movq %r14, T_FRAME + F_R14(%rax)
	movq %r15, T_FRAME + F_R15(%rax)
	movq %rcx, T_FRAME + F_RIP(%rax)
	movq %r11, T_FRAME + F_RFLAGS(%rax)
	movq $VECTOR_SYSCALL, T_FRAME + F_VECTOR(%rax)
	movq $kstack_top, %rsp
	call syscall

// rax: the thread to run.
exit_to_user:
	cmpq $VECTOR_SYSCALL, T_FRAME + F_VECTOR(%rax)
	jne 1f
	movq %rax, %rdi
// rdi: the same, and it has made a system call.  sysret with a non-canonical rip would
// fault in ring 0: frames marked VECTOR_SYSCALL hold the rip of a real syscall
// instruction, and no user page exists at USER_END.
exit_by_sysret:
	movq T_FRAME + F_RBX(%rdi), %rbx
	movq T_FRAME + F_RBP(%rdi), %rbp
	movq T_FRAME + F_R12(%rdi), %r12
	movq T_FRAME + F_R13(%rdi), %r13
	movq T_FRAME + F_R14(%rdi), %r14
	movq T_FRAME + F_R15(%rdi), %r15
	movq T_FRAME + F_RIP(%rdi), %rcx
	movq T_FRAME + F_RFLAGS(%rdi), %r11
	movq T_FRAME + F_RDX(%rdi), %rdx
	movq T_FRAME + F_RAX(%rdi), %rax
	movq T_FRAME + F_RSP(%rdi), %rsp
	xorl %edi, %edi
	xorl %esi, %esi
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r10d, %r10d
	sysretq
1:	leaq T_FRAME(%rax), %rsp
restore:
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rbp
	popq %rbx
	popq %rdx
	popq %rcx
	popq %rax
	addq $16, %rsp
	iretq

	.macro push_all
	cld
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rbx
	pushq %rbp
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, %rdi
	.endm

trap:
	push_all
	testb $3, F_CS(%rsp)
	jz 1f
	movq $kstack_top, %rsp
	xorl %ebp, %ebp
	call trap_user
	jmp exit_to_user
1:	call trap_kernel                // interrupts while idle; everything else panics
	jmp restore

trap_ist:                               // on a stack of its own, from anywhere
	push_all
	call trap_kernel
	jmp restore

	.balign 16
	.globl trap_stubs
trap_stubs:                             // 16 bytes each, by vector
	.altmacro
	.macro stub n
	.balign 16
	.if \n != 8 && (\n < 10 || \n > 14) && \n != 17 && \n != 21
	pushq $0
	.endif
	pushq $\n
	.if \n == 2 || \n == 8 || \n == 18
	jmp trap_ist
	.else
	jmp trap
	.endif
	.endm
	.set i, 0
	.rept VECTORS
	stub %i
	.set i, i + 1
	.endr
	.section .note.GNU-stack, "", @progbits
