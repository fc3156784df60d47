// SPDX-License-Identifier: MIT
// The model of the processor and of what the kernel has below x86/ that is
// not instructions: mmu, timer, interrupt controller, console.
#include <string.h>

#include <debug.h>
#include <invoke.h>
#include <kip.h>
#include <scheduler.h>
#include <start/screen.h>
#include <x86/io.h>
#include <x86/mmu.h>
#include <x86/line.h>
#include <x86/switch.h>
#include <x86/timer.h>
#include <x86/trap.h>
#include <x86/x86.h>

#include "machine.h"
#include "program.h"

enum { TLB = 16, WINDOW_TICKS = 2000 };

struct machine machine;
bool mmu_smap = true;
uint64_t mmu_cr4;
extern char trap_stubs[VECTORS][16], syscall_entry[];
char trap_stubs[VECTORS][16], syscall_entry[1];

static struct { uint64_t page, entry; } tlb[TLB];       // entry 0: empty
static union { struct kip kip; char page[4096]; } kip;

void
machine_start(void)
{
	tss.bitmap_offset = BITMAP_NONE;
	memset(&machine, 0, sizeof machine);
	machine.tsc = 1000000;
	machine.timer_at = UINT64_MAX;
	machine.masked = 0xffff;
	machine.luck = 1;
	memset(tlb, 0, sizeof tlb);
	kip.kip.tsc_khz = 1000000;
	switch_init();
}

uint64_t
machine_random(uint64_t below)
{
	machine.luck ^= machine.luck << 13;
	machine.luck ^= machine.luck >> 7;
	machine.luck ^= machine.luck << 17;
	return (machine.luck * 0x2545f4914f6cdd1d >> 11) % below;
}

// ---- what stands for the rest of kernel/ -----------------------------------

struct kip *kip_data(void) { return &kip.kip; }
paddr_t kip_page(void) { return RAM_AT - PAGE; }
void timer_arm(uint64_t at) { machine.timer_at = at; }
void lapic_accept(void) { }
void line_mask(unsigned line) { machine.masked |= 1u << line; }
void debug_print(const char *fmt, ...) { (void)fmt; }
void panic(const char *what) { found("panic: %s", what); }

void
panic_at(const struct frame_regs *f, const char *what)
{
	found("panic: %s, vector %lu", what, f->vector);
}

bool
line_accept(unsigned line)
{
	if (line % 8 == 7 && machine_random(4) == 0)
		return false;                           // spurious
	line_mask(line);
	return true;
}

bool
line_unmask(unsigned line)
{
	uint32_t bit = 1u << line;

	if (machine.lines & machine.masked & bit && machine_random(2) == 0) {
		machine.lines &= ~bit;                  // an edge that has waited
		return true;
	}
	machine.masked &= ~bit;
	return false;
}

void
debug_write(const char *text, uint64_t n)
{
	static volatile char sum;

	for (uint64_t i = 0; i < n; i++)        // read all of it
		sum ^= text[i];
}

bool debug_on_screen;
bool debug_send(void) { return machine_random(4) != 0; }
void debug_leave(void) { }
void debug_interrupt(void) { }
void screen_end(void) { }
bool screen_putc(char c) { (void)c; return true; }

void
mmu_share_kernel(uint64_t *pml4)
{
	pml4[256] = pml4[511] = PTE_P;
}

void
mmu_unshare_kernel(uint64_t *pml4)
{
	pml4[256] = pml4[511] = 0;
}

void
mmu_leave(struct task *t)
{
	MUST(cpu.task == t);
	cpu.task = NULL;
	write_cr3(0);
}

// ---- instructions ----------------------------------------------------------

uint64_t machine_rdtsc(void) { return machine.tsc += 7; }
uint64_t machine_read_cr0(void) { return machine.cr0; }
void machine_write_cr0(uint64_t v) { machine.cr0 = v; }
uint64_t machine_read_cr2(void) { return machine.cr2; }
void machine_clts(void) { machine.cr0 &= ~(uint64_t)CR0_TS; }
void machine_outb(uint16_t port, uint8_t v) { found("outb %x %x", port, v); }
uint8_t machine_inb(uint16_t port) { found("inb %x", port); }
void machine_wrmsr(uint32_t msr, uint64_t v) { MUST(msr == MSR_FS_BASE && v < USER_END); }

void
machine_write_cr3(uint64_t v)
{
	machine.cr3 = v;
	memset(tlb, 0, sizeof tlb);
}

void
machine_write_cr4(uint64_t v)
{
	MUST(v == mmu_cr4 || v == (mmu_cr4 | CR4_TSD));
	machine.cr4 = v;
}

void
machine_invlpg(uint64_t addr)
{
	for (unsigned i = 0; i < TLB; i++) {
		uint64_t mask = tlb[i].entry & PTE_PS ? SUPER - 1 : PAGE - 1;

		if (((tlb[i].page ^ addr) & ~mask) == 0)
			tlb[i].entry = 0;
	}
}

void
machine_fxsave(void *area)
{
	MUST(!(machine.cr0 & CR0_TS));
	memcpy(area, machine.fpu, sizeof machine.fpu);
}

void
machine_fxrstor(const void *area)
{
	MUST(!(machine.cr0 & CR0_TS));
	memcpy(machine.fpu, area, sizeof machine.fpu);
}

void
machine_copy_words(uint64_t *to, const uint64_t *from, uint64_t words)
{
	for (uint64_t i = 0; i < words; i++)
		to[i] = from[i];
}

// ---- interrupts ------------------------------------------------------------

void
machine_raise(unsigned line)
{
	machine.lines |= 1u << line;
}

void
machine_pass(uint64_t ticks)
{
	machine.tsc += ticks;
}

// The vector of what is due; 0: nothing.
static uint64_t
due(void)
{
	uint32_t open = machine.lines & ~machine.masked;

	if (machine.tsc >= machine.timer_at) {
		machine.timer_at = UINT64_MAX;
		return VECTOR_TIMER;
	}
	if (open == 0)
		return 0;
	unsigned line = (unsigned)__builtin_ctz(open);

	machine.lines &= ~(1u << line);
	return VECTOR_LINE + line;
}

static void
kernel_interrupts(void)
{
	struct frame_regs f = { .cs = SEL_KCODE };

	MUST(!machine.in_interrupt);
	machine.in_interrupt = true;
	while ((f.vector = due()) != 0) {
		machine.interrupts++;
		trap_kernel(&f);
	}
	machine.in_interrupt = false;
}

void
machine_sti_nop_cli(void)
{
	machine.windows++;
	machine.tsc += WINDOW_TICKS;
	switch (machine_random(8)) {
	case 0:                         // somebody's deadline or slice is over just now
		if (machine.timer_at != UINT64_MAX && machine.tsc < machine.timer_at)
			machine.tsc = machine.timer_at;
		break;
	case 1:
		machine_raise((unsigned)machine_random(LINES));
		break;
	}
	kernel_interrupts();
}

void
machine_sti_hlt_cli(void)
{
	MUST(cpu.payer == NULL && cpu.top == PRIORITY_IDLE);
	if ((machine.lines & ~machine.masked) == 0) {
		if (machine.timer_at != UINT64_MAX)
			machine.tsc = machine.tsc < machine.timer_at ? machine.timer_at :
			              machine.tsc;
		else
			world_wake();
	}
	kernel_interrupts();
}

struct thread *
machine_user_interrupts(struct thread *t)
{
	uint64_t vector;

	while ((vector = due()) != 0) {
		machine.interrupts++;
		t->regs.vector = vector;
		t->regs.cs = SEL_UCODE;
		t->regs.ss = SEL_UDATA;
		t = trap_user(&t->regs);
	}
	return t;
}

// ---- memory ----------------------------------------------------------------

uint64_t
machine_walk(const struct task *t, uint64_t addr, uint64_t *size)
{
	const uint64_t *table = t->pml4;

	for (unsigned level = 4;; level--) {
		uint64_t e = table[addr >> (12 + 9 * (level - 1)) & 511];

		*size = 1ull << (12 + 9 * (level - 1));
		if (!(e & PTE_P))
			return 0;
		MUST(e & PTE_U);
		if (level == 1 || e & PTE_PS)
			return e;
		table = phys_to_virt(e & PTE_ADDR);
	}
}

void
machine_check_tlb(void)
{
	uint64_t size;

	for (unsigned i = 0; i < TLB; i++) {
		if (tlb[i].entry == 0)
			continue;
		uint64_t now = machine_walk(cpu.task, tlb[i].page, &size);
		uint64_t rights = PTE_P | PTE_W | PTE_U | PTE_PS | PTE_ADDR;

		if ((now & rights) != (tlb[i].entry & rights) || (now & PTE_NX & ~tlb[i].entry))
			found("stale TLB entry at %lx: %lx, the tables say %lx", tlb[i].page,
			      tlb[i].entry, now);
	}
}

static void
tlb_load(uint64_t addr, uint64_t entry)
{
	unsigned i = (unsigned)(addr >> 12 ^ addr >> 21) % TLB;

	tlb[i].page = addr;
	tlb[i].entry = entry;
}

void
machine_speculate(void)
{
	for (unsigned i = 0; i < 3; i++) {
		uint64_t r = machine_random(1 << 16), size, e;
		uint64_t addr = i == 0 ? SUPER_AT + r % (SUPER_PAGES * 512) * PAGE
		                       : SMALL_AT + r % SMALL_PAGES * PAGE;

		if ((e = machine_walk(cpu.task, addr, &size)) != 0)
			tlb_load(addr, e);
	}
}

bool
machine_access(uint64_t addr, unsigned access, uint64_t *error)
{
	uint64_t size, e = machine_walk(cpu.task, addr, &size);

	*error = 4 | access | (e & PTE_P);
	if (e == 0 || (access & ACCESS_WRITE && !(e & PTE_W)) ||
	    (access & ACCESS_FETCH && e & PTE_NX))
		return false;
	tlb_load(addr, e);
	return true;
}

bool
machine_port(uint16_t port)
{
	return tss.bitmap_offset == BITMAP_HERE && !(tss.bitmap[port / 8] & 1u << port % 8);
}

// The way out of entry.S that restores no more than a system call may expect.
struct thread *
exit_by_sysret(struct thread *t)
{
	MUST(t->regs.vector == VECTOR_SYSCALL);
	return t;
}
