// SPDX-License-Identifier: MIT
// What a firmware does that switches to x2APIC (Intel SDM volume 3, section 11.12.1),
// before the kernel's own entry; for tests/system/test_machines.py.
	.section .boot.text, "ax"
	.code32
	.globl x2apic_start
x2apic_start:
	movl %eax, %ebp
	movl $0x1b, %ecx                // IA32_APIC_BASE: EN, EXTD
	rdmsr
	orl $0xc00, %eax
	wrmsr
	movl %ebp, %eax
	jmp _start
	.section .note.GNU-stack, "", @progbits
