// SPDX-License-Identifier: MIT
// boot_main: the kernel's table of contents.  Ends by running the root task.
#include <cpu.h>
#include <debug.h>
#include <factory.h>
#include <kip.h>
#include <scheduler.h>
#include <space.h>
#include <start/main.h>
#include <start/multiboot.h>
#include <start/root.h>
#include <x86/clock.h>
#include <x86/line.h>
#include <x86/mmu.h>
#include <x86/processor.h>
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
static struct irq_routes routes;

// The pool lies at the end of the largest piece of RAM.
static struct range
choose_pool(void)
{
	struct range *largest = &boot.ram[0];
	uint64_t size = boot.ram_total / POOL_SHARE;

	for (unsigned i = 0; i < boot.ram_count; i++) {
		struct range *r = &boot.ram[i];

		if (r->end - r->start > largest->end - largest->start)
			largest = r;
	}
	size = (size > POOL_MIN ? size : POOL_MIN) & ~((1ull << 21) - 1);
	if (largest->end - largest->start < 2 * size)
		refuse("not enough memory: %lu MiB in one piece needed, %lu MiB there",
		       2 * size >> 20, (largest->end - largest->start) >> 20);
	// whole 2 MiB pages are mapped faster, where there is room for that
	uint64_t align = largest->end - largest->start < 4 * size ? PAGE : SUPER;

	return (struct range){ (largest->end - size) & ~(align - 1), largest->end };
}

void
boot_main(uint32_t magic, paddr_t info)
{
	uart_init();
	debug_print("\n[kernel] Vitrine\n");
	uint16_t pm_timer;

	multiboot_parse(magic, info, &boot);    // where memory is, before we use any
	processor_check();                      // what all that follows needs
	mmu_init();                             // page tables with the final rights
	trap_init();                            // exceptions tell from here on
	acpi_parse(boot.rsdt, boot.xsdt, &routes, &pm_timer);
	lapic_init();
	kip_init(clock_init(pm_timer));         // calibrated clock
	line_init(&routes);                     // from the IOAPIC or the 8259s
	(void)line_unmask(UART_LINE);           // the log's; all others are the root task's
	boot_reserve(&boot, (uint64_t)kernel_start - KERNEL_BASE,
	             (uint64_t)kernel_end - KERNEL_BASE);
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
