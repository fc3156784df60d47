// SPDX-License-Identifier: MIT
// Entry point of every program.
	.section .text.start, "ax"
	.globl _start
_start:
	xorl %ebp, %ebp
	andq $-16, %rsp
	call main
	ud2                     // main returned: init reports it
	.section .note.GNU-stack, "", @progbits
