// SPDX-License-Identifier: MIT
// One inline function per special instruction, named after it (Intel SDM
// volume 2, AMD APM volume 3).
#pragma once

#include <stdint.h>

enum {
	MSR_FS_BASE = 0xc0000100, MSR_STAR = 0xc0000081, MSR_LSTAR = 0xc0000082,
	MSR_SFMASK = 0xc0000084, MSR_PAT = 0x277, MSR_APIC_BASE = 0x1b, MSR_EFER = 0xc0000080,
};

enum {
	CR0_TS = 1 << 3,
	CR4_TSD = 1 << 2, CR4_MCE = 1 << 6, CR4_PGE = 1 << 7, CR4_OSFXSR = 1 << 9,
	CR4_OSXMMEXCPT = 1 << 10,
	CR4_UMIP = 1 << 11, CR4_SMEP = 1 << 20, CR4_SMAP = 1 << 21,
	RFLAGS_IF = 1 << 9,
	RFLAGS_USER = 0xcd5,    // arithmetic flags and DF
	RFLAGS_TF = 1 << 8,
};

static inline void
outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port));
}

static inline uint8_t
inb(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline uint32_t
inl(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port));
	return v;
}

static inline uint64_t
rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static inline uint64_t
rdmsr(uint32_t msr)
{
	uint32_t lo, hi;

	__asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
	return (uint64_t)hi << 32 | lo;
}

static inline void
wrmsr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)v), "d"((uint32_t)(v >> 32))
	                 : "memory");
}

#define READ_CR(n) \
	static inline uint64_t read_cr##n(void) \
	{ uint64_t v; __asm__ volatile("movq %%cr" #n ", %0" : "=r"(v)); return v; }
#define WRITE_CR(n) \
	static inline void write_cr##n(uint64_t v) \
	{ __asm__ volatile("movq %0, %%cr" #n : : "r"(v) : "memory"); }
READ_CR(0)
READ_CR(2)
READ_CR(4)
WRITE_CR(0)
WRITE_CR(3)
WRITE_CR(4)

static inline void
invlpg(uint64_t addr)
{
	__asm__ volatile("invlpg (%0)" : : "r"(addr) : "memory");
}

static inline void
clac(void)
{
	__asm__ volatile("clac" : : : "memory");
}

static inline void
clts(void)
{
	__asm__ volatile("clts" : : : "memory");
}

static inline void
fxsave(void *area)
{
	__asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

static inline void
fxrstor(const void *area)
{
	__asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}

static inline void
copy_words(uint64_t *to, const uint64_t *from, uint64_t words)
{
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

struct cpuid { uint32_t a, b, c, d; };

static inline struct cpuid
cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
	return r;
}

// Sleep until an interrupt has been handled.  Interrupts are off before and after.
static inline void
sti_hlt_cli(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

// Let pending interrupts in.
static inline void
sti_nop_cli(void)
{
	__asm__ volatile("sti; nop; cli" : : : "memory");
}

static inline void
clear_selectors(void)
{
	__asm__ volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%fs; movl %0, %%gs" : : "r"(0));
}

static inline void
fninit(void)
{
	__asm__ volatile("fninit");
}

_Noreturn static inline void
cli_hlt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

struct [[gnu::packed]] descriptor_register { uint16_t limit; uint64_t base; };

static inline void
lgdt(const struct descriptor_register *r)
{
	__asm__ volatile("lgdt %0" : : "m"(*r));
}

static inline void
lidt(const struct descriptor_register *r)
{
	__asm__ volatile("lidt %0" : : "m"(*r));
}

static inline void
ltr(uint16_t selector)
{
	__asm__ volatile("ltr %0" : : "r"(selector));
}
