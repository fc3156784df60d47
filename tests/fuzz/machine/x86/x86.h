// SPDX-License-Identifier: MIT
// Found before the kernel's own: its constants stay, its instructions become
// those of the model (machine.c).
#pragma once

#include_next <x86/x86.h>

void machine_outb(uint16_t port, uint8_t v);
uint8_t machine_inb(uint16_t port);
uint64_t machine_rdtsc(void);
void machine_wrmsr(uint32_t msr, uint64_t v);
uint64_t machine_read_cr0(void);
void machine_write_cr0(uint64_t v);
uint64_t machine_read_cr2(void);
void machine_write_cr3(uint64_t v);
void machine_write_cr4(uint64_t v);
void machine_invlpg(uint64_t addr);
void machine_clts(void);
void machine_fxsave(void *area);
void machine_fxrstor(const void *area);
void machine_copy_words(uint64_t *to, const uint64_t *from, uint64_t words);
void machine_sti_nop_cli(void);
void machine_sti_hlt_cli(void);

#define outb            machine_outb
#define inb             machine_inb
#define rdtsc           machine_rdtsc
#define wrmsr           machine_wrmsr
#define read_cr0        machine_read_cr0
#define write_cr0       machine_write_cr0
#define read_cr2        machine_read_cr2
#define write_cr3       machine_write_cr3
#define write_cr4       machine_write_cr4
#define invlpg          machine_invlpg
#define clac()          ((void)0)
#define clts            machine_clts
#define fninit()        ((void)0)
#define fxsave          machine_fxsave
#define fxrstor         machine_fxrstor
#define copy_words      machine_copy_words
#define clear_selectors() ((void)0)
#define sti_nop_cli     machine_sti_nop_cli
#define sti_hlt_cli     machine_sti_hlt_cli
