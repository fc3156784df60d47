// SPDX-License-Identifier: MIT
// GDT, TSS, IDT; exceptions become messages, interrupts raise their source.
#include <cpu.h>
#include <debug.h>
#include <ipc.h>
#include <irq.h>
#include <scheduler.h>
#include <string.h>
#include <x86/io.h>
#include <x86/mmu.h>
#include <x86/line.h>
#include <x86/switch.h>
#include <x86/timer.h>
#include <x86/trap.h>
#include <x86/uart.h>
#include <x86/x86.h>

extern char trap_stubs[VECTORS][16];
extern char syscall_entry[];

enum { NMI = 2, NO_FPU = 7, DOUBLE_FAULT = 8, PROTECTION = 13, PAGE_FAULT = 14,
       MACHINE_CHECK = 18 };

static uint64_t gdt[7] = {
	0,
	0x00af9b000000ffff,             // SEL_KCODE
	0x00cf93000000ffff,             // SEL_KDATA
	0x00cff3000000ffff,             // SEL_UDATA
	0x00affb000000ffff,             // SEL_UCODE
};

struct gate_descriptor {
	uint16_t low, selector;
	uint8_t ist, type;
	uint16_t mid;
	uint32_t high, zero;
};
_Static_assert(sizeof(struct gate_descriptor) == 16, "hardware");

static struct gate_descriptor idt[VECTORS];
[[gnu::aligned(16)]] static uint8_t ist_stacks[3][2048];

static void
set_vector(unsigned vector, unsigned ist)
{
	uint64_t addr = (uint64_t)trap_stubs[vector];

	idt[vector] = (struct gate_descriptor){
		.low = (uint16_t)addr, .selector = SEL_KCODE, .ist = (uint8_t)ist,
		.type = 0x8e, .mid = (uint16_t)(addr >> 16), .high = (uint32_t)(addr >> 32) };
}

static void
load_tables(void)
{
	uint64_t base = (uint64_t)&tss, limit = sizeof tss - 1;

	gdt[SEL_TSS / 8] = limit | (base & 0xffffff) << 16 | 0x89ull << 40 |
	                   (base >> 24 & 0xff) << 56;
	gdt[SEL_TSS / 8 + 1] = base >> 32;
	lgdt(&(struct descriptor_register){ sizeof gdt - 1, (uint64_t)gdt });
	memset(tss.bitmap, 0xff, sizeof tss.bitmap);
	tss.bitmap_offset = BITMAP_NONE;
	for (unsigned i = 0; i < 3; i++)
		tss.ist[i] = (uint64_t)(ist_stacks[i] + sizeof ist_stacks[i]);
	ltr(SEL_TSS);
	for (unsigned v = 0; v < VECTORS; v++)
		set_vector(v, 0);
	set_vector(NMI, 1);
	set_vector(DOUBLE_FAULT, 2);
	set_vector(MACHINE_CHECK, 3);
	idt[3].type = idt[4].type = 0xee;       // int3 and into are for everybody
	lidt(&(struct descriptor_register){ sizeof idt - 1, (uint64_t)idt });
}

void
trap_init(void)
{
	load_tables();
	wrmsr(MSR_STAR, (uint64_t)SEL_KCODE << 32 | (uint64_t)(SEL_KDATA | 3) << 48);
	wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
	wrmsr(MSR_SFMASK, 0x47700);             // AC NT IOPL DF IF TF
	switch_init();
}

[[gnu::noinline]] static void
line_interrupt(unsigned line)
{
	if (!line_accept(line))
		return;
	if (line != UART_LINE) {
		irq_raised(line);
		return;
	}
	debug_interrupt();
	while (line_unmask(line))
		;
}

static void
interrupt(uint64_t vector)
{
	if (vector == VECTOR_TIMER) {
		lapic_accept();
		sched_tick();
	} else if (vector < VECTOR_LINE + IRQ_LINES) {
		line_interrupt((unsigned)vector - VECTOR_LINE);
	}
}

struct thread *
trap_user(struct frame_regs *f)
{
	struct thread *t = cpu.current;

	if (mmu_smap)
		clac();                 // user code can set AC, and only syscall clears it
	assert(f == &t->regs);
	switch (f->vector) {
	case NO_FPU:
		switch_fpu_trap(t);
		return t;
	case PAGE_FAULT:
		t->tag = read_cr2();
		ipc_fault(t, t->fault_gate[ON_PAGE_FAULT], MSG_FAULT);
		break;
	case PROTECTION:
		if (!switch_ports(t))
			ipc_fault(t, t->fault_gate[ON_EXCEPTION], MSG_EXCEPTION);
		break;
	default:
		if (f->vector >= VECTOR_LINE)
			interrupt(f->vector);
		else
			ipc_fault(t, t->fault_gate[ON_EXCEPTION], MSG_EXCEPTION);
	}
	return sched_leave(t);
}

void
trap_kernel(struct frame_regs *f)
{
	switch (f->vector) {
	case NMI:                       // nothing here sends one: the hardware complains
		debug_print("\n[kernel] NMI at %p\n", (void *)f->rip);
		break;
	case DOUBLE_FAULT:
		panic_at(f, "double fault");
	case MACHINE_CHECK:
		panic_at(f, "machine check");
	default:
		if (f->vector < VECTOR_LINE)
			panic_at(f, "exception in the kernel");
		interrupt(f->vector);
	}
}
