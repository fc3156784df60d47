// SPDX-License-Identifier: MIT
// Build the root task: its program, its window on all of physical memory, all
// ports and interrupts, and the first factory, scheduler and console.
#include <abi/boot.h>
#include <cap.h>
#include <cpu.h>
#include <crc32c.h>
#include <debug.h>
#include <factory.h>
#include <port.h>
#include <start/root.h>
#include <scheduler.h>
#include <irq.h>
#include <string.h>
#include <task.h>
#include <x86/uart.h>
#include <x86/x86.h>

extern uint64_t boot_tsc;
extern char kernel_start[], kernel_end[];

enum { ROOT_STACK = 4 * PAGE, ROOT_PRIORITY = 255 };

static struct factory *factory;

static void
must(enum err e)
{
	if (e != OK)
		refuse("not enough memory for the root task");
}

static void *
frame(void)
{
	void *page = factory_alloc_frame(factory);

	if (page == NULL)
		refuse("not enough memory for the root task");
	return page;
}

// The first factory pays for itself: it lives in a frame of its own.
static void
make_factory(void)
{
	uint64_t frames = frame_available();

	factory = frame_alloc();
	factory_init(factory, NULL, frames);
	factory->used = 1;
}

static void
set_cap(struct task *t, cap_t index, struct object *o, unsigned rights)
{
	struct cap *slot;

	must(cap_slot_free(t, index, &slot));
	cap_set(slot, o, &o->caps, rights);
}

// Segments lie page aligned in the module; what is beyond the file is zero.
static void
map_program(struct task *t, const struct init_image *image)
{
	const char *file = (const char *)image + PAGE;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t addr = image->segment[i].addr, size = image->segment[i].size;

		for (uint64_t off = 0; off < size; off += PAGE) {
			const void *page = off < image->file_size[i] ? file + off : frame();

			must(space_map_kernel(t, addr + off, virt_to_phys(page),
			                      (unsigned)image->segment[i].rights));
		}
		file += image->file_size[i];
	}
	for (uint64_t off = 0; off < ROOT_STACK; off += PAGE)
		must(space_map_kernel(t, STACK_TOP - ROOT_STACK + off, virt_to_phys(frame()),
		                      MEM_RW));
}

static bool
overlaps(struct range r, paddr_t start, paddr_t end)
{
	return r.start < end && start < r.end;
}

// True when the root task must not touch [p, p + size).
static bool
ours(paddr_t p, uint64_t size, const struct boot_info *b, struct range pool)
{
	struct range image = { (uint64_t)kernel_start - KERNEL_BASE,
	                       (uint64_t)kernel_end - KERNEL_BASE };
	struct range ioapic = { 0xfec00000, 0xfec01000 }, lapic = { 0xfee00000, 0xfef00000 };

	return overlaps(image, p, p + size) || overlaps(pool, p, p + size) ||
	       overlaps(ioapic, p, p + size) || overlaps(lapic, p, p + size) ||
	       overlaps(b->module[0], p, p + size);
}

static bool
all_ram(paddr_t p, uint64_t size, const struct boot_info *b)
{
	for (unsigned i = 0; i < b->ram_count; i++) {
		if (b->ram[i].start <= p && p + size <= b->ram[i].end)
			return true;
	}
	for (unsigned i = 1; i < b->module_count; i++) {
		if (b->module[i].start <= p && p < b->module[i].end && size == PAGE)
			return true;
	}
	return false;
}

static bool
any_ram(paddr_t p, uint64_t size, const struct boot_info *b)
{
	for (unsigned i = 0; i < b->ram_count; i++) {
		if (overlaps(b->ram[i], p, p + size))
			return true;
	}
	for (unsigned i = 0; i < b->module_count; i++) {
		if (overlaps(b->module[i], p, p + size))
			return true;
	}
	return false;
}

// One 2 MiB piece of the window: whole if it is of one sort, else page by page.
static void
map_window_piece(struct task *t, paddr_t p, const struct boot_info *b, struct range pool)
{
	bool mixed = ours(p, SUPER, b, pool) || (any_ram(p, SUPER, b) && !all_ram(p, SUPER, b));

	if (!mixed) {
		must(space_map_root(t, ROOT_WINDOW + p, p, true,
		                    all_ram(p, SUPER, b) ? 0 : PTE_UC));
		return;
	}
	for (paddr_t q = p; q < p + SUPER; q += PAGE) {
		if (!ours(q, PAGE, b, pool))
			must(space_map_root(t, ROOT_WINDOW + q, q, false,
			                    all_ram(q, PAGE, b) ? 0 : PTE_UC));
	}
}

static void
fill_info(struct root_info *info, const struct boot_info *b)
{
	*info = b->root;
	info->magic = KIP_MAGIC;
	info->entry_tsc = boot_tsc;
	for (unsigned i = 0; i < b->ram_count && info->ram_count < RAM_MAX; i++) {
		if (b->ram[i].end <= b->ram[i].start)
			continue;
		info->ram[info->ram_count].addr = b->ram[i].start;
		info->ram[info->ram_count++].size = b->ram[i].end - b->ram[i].start;
	}
	for (unsigned i = 1; i < b->module_count; i++) {
		info->module[info->module_count].addr = b->module[i].start;
		info->module[info->module_count++].size = b->module[i].end - b->module[i].start;
	}
}

static void
give_caps(struct task *task, struct thread *thread)
{
	struct object *scheduler = scheduler_create(factory, PRIORITIES - 1);
	struct object *vcon = factory_alloc(factory, sizeof *vcon);

	if (scheduler == NULL || vcon == NULL)
		refuse("not enough memory for the root task");
	object_init(vcon, OBJ_VCON, factory);
	set_cap(task, ROOT_THREAD, &thread->obj, CAP_ALL);
	set_cap(task, ROOT_FACTORY, &factory->obj, CAP_SEND);
	set_cap(task, ROOT_SCHEDULER, scheduler, CAP_SEND | CAP_CTL);
	set_cap(task, ROOT_VCON, vcon, CAP_SEND);
	irq_init();
	for (unsigned line = 0; line < IRQ_LINES; line++) {
		if (line == UART_LINE)
			continue;
		struct object *irq = irq_create(factory, line);

		if (irq == NULL)
			refuse("not enough memory for the root task");
		set_cap(task, ROOT_IRQ + line, irq, CAP_SEND | CAP_CTL);
	}
}

// What is not as tools/mkinit and tools/mkplan made it is not started.
static void
check_modules(const struct boot_info *b)
{
	for (unsigned i = 0; i < b->module_count; i++) {
		struct range m = b->module[i];

		if (crc32c(phys_to_virt(m.start), m.end - m.start) != CRC32C_WHOLE)
			refuse("%s is damaged; copy or make the image again",
			       i == 0 ? "init" : "the plan");
	}
}

void
root_create(struct boot_info *b, struct range pool)
{
	const struct init_image *image = phys_to_virt(b->module[0].start);

	check_modules(b);
	if (b->module_count < 1 || image->magic != INIT_MAGIC)
		refuse("the boot loader gives no init image; make the image again");
	make_factory();
	struct task *task = (struct task *)task_create(factory, 0);
	struct thread *thread = (struct thread *)thread_create(factory, 0);
	struct root_info *info = frame();

	if (task == NULL || thread == NULL)
		refuse("not enough memory for the root task");
	task->counter = 1;
	must(thread_enter_task(thread, task, UTCB_ADDR));
	map_program(task, image);
	for (paddr_t p = 0; p < PHYS_END; p += SUPER)
		map_window_piece(task, p, b, pool);
	must(port_map_root(task));
	fill_info(info, b);
	must(space_map_kernel(task, ROOT_INFO_ADDR, virt_to_phys(info), MEM_R));
	give_caps(task, thread);
	thread->priority = ROOT_PRIORITY;
	cpu.root = thread;
	thread_start(thread, image->entry, STACK_TOP - 8, 0);
}
