// SPDX-License-Identifier: MIT
// The kernel's address map, selectors, and the offsets assembly relies on.
//
//   0xffffffff80000000  kernel image, 4 KiB pages: text RX, rodata R, data RW
//   0xffff800000000000  physical memory below 4 GiB, RW (kernel text: R), never X
//   0x0000800000000000  hole
//   0                   user
#pragma once

#define KERNEL_BASE 0xffffffff80000000
#define PHYS_BASE   0xffff800000000000
#define PHYS_END    0x100000000         // physical memory above is not used
#define USER_END    0x00007ffffffff000  // last page stays free: see sysret in entry.S

#define SEL_KCODE 0x08
#define SEL_KDATA 0x10
#define SEL_UDATA 0x1b
#define SEL_UCODE 0x23
#define SEL_TSS   0x28

#define VECTOR_LINE     0x20            // + interrupt line
#define VECTOR_TIMER    0x38
#define VECTOR_SPURIOUS 0x3f
#define VECTORS         0x40
#define VECTOR_SYSCALL  0x100           // in struct frame: entered by syscall

#define CPU_CURRENT 0

#define T_FRAME  64
#define F_R15    0
#define F_R14    8
#define F_R13    16
#define F_R12    24
#define F_RBP    80
#define F_RBX    88
#define F_RDX    96
#define F_RAX    112
#define F_VECTOR 120
#define F_RIP    136
#define F_CS     144
#define F_RFLAGS 152
#define F_RSP    160
#define F_SIZE   176

#define KSTACK_SIZE 8192
