// SPDX-License-Identifier: MIT
// boot_main: the kernel's table of contents.  Ends by running the root task.
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <kip.h>
#include <start/main.h>
#include <start/multiboot.h>
#include <start/root.h>
#include <scheduler.h>
#include <x86/line.h>
#include <x86/mmu.h>
#include <x86/timer.h>
#include <x86/trap.h>
#include <x86/uart.h>
#include <x86/x86.h>

extern char kernel_start[], kernel_end[];
extern void exit_to_user(struct thread *t);

enum {
	POOL_SHARE = 6,                 // of all RAM, for the kernel
	POOL_MIN = 8 << 20,
};

static struct boot_info boot;

// The pool lies at the end of the largest piece of RAM.
static struct range
choose_pool(void)
{
	struct range *largest = &boot.ram[0];
	uint64_t total = 0, size;

	for (unsigned i = 0; i < boot.ram_count; i++) {
		struct range *r = &boot.ram[i];

		total += r->end - r->start;
		if (r->end - r->start > largest->end - largest->start)
			largest = r;
	}
	size = total / POOL_SHARE > POOL_MIN ? total / POOL_SHARE : POOL_MIN;
	size &= ~((1ull << 21) - 1);
	if (largest->end - largest->start < 2 * size)
		panic("not enough memory");
	uint64_t start = (largest->end - size) & ~((1ull << 21) - 1);

	return (struct range){ start, largest->end };
}

void
boot_main(uint32_t magic, paddr_t info)
{
	uart_init();
	debug_print("\n[kernel] Vitrine\n");
	multiboot_parse(magic, info, &boot);    // where memory is, before we use any
	mmu_init();                             // page tables with the final rights
	trap_init();                            // exceptions tell from here on
	kip_init(timer_init());                 // calibrated clock
	line_init(&boot.routes);              // from the IOAPIC or the 8259s
	boot_reserve(&boot, (uint64_t)kernel_start - KERNEL_BASE, (uint64_t)kernel_end - KERNEL_BASE);
	for (unsigned i = 0; i < boot.module_count; i++)
		boot_reserve(&boot, boot.module[i].start, boot.module[i].end);

	struct range pool = choose_pool();

	boot_reserve(&boot, pool.start, pool.end);
	frame_init(pool.start, pool.end - pool.start);
	sched_init();
	root_create(&boot, pool);               // everything else is the root task's
	exit_to_user(sched_switch());           // entry.S; takes its argument in rax, too
	panic("unreachable");
}
