// SPDX-License-Identifier: MIT
// Entry point of every POSIX program.
	.section .text.start, "ax"
	.globl _start
_start:
	xorl %ebp, %ebp
	andq $-16, %rsp
	call posix_start
	ud2
	.section .note.GNU-stack, "", @progbits
