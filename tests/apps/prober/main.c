// SPDX-License-Identifier: MIT
// Test program without a right to anything: does what its component's name
// says and must not be possible, in a function of that name, so that the
// report of the fault can be compared.  "caps" lists the capabilities it finds.
#include <sys/sys.h>
#include <sys/sys.h>
#include "../say.h"

enum { CODE_RET = 0xc3, ELSEWHERE = 0x20000000 };

static uint8_t data[16] = { CODE_RET };

// Not inlined: the symbol is what the report shows.
#define PROBE [[gnu::noinline]] static void

PROBE read_null(void) { __asm__ volatile("movl 8, %%eax" : : : "rax"); }
PROBE read_kernel(void) { __asm__ volatile("movl 0xffffffff80100000, %%eax" : : : "rax"); }
PROBE write_kernel(void) { __asm__ volatile("movl $1, 0xffffffff80100000"); }
PROBE write_code(void) { __asm__ volatile("movl $1, %0" : : "m"(*(uint32_t *)PROGRAM_ADDR)); }
PROBE write_startup(void) { __asm__ volatile("movl $1, %0" : : "m"(*(uint32_t *)STARTUP_ADDR)); }
PROBE write_kip(void) { __asm__ volatile("movl $1, %0" : : "m"(*(uint32_t *)KIP_ADDR)); }
PROBE read_port(void) { __asm__ volatile("inb $0x60, %%al" : : : "rax"); }
PROBE write_port(void) { __asm__ volatile("outb %%al, $0x64" : : "a"(0xfe)); }
PROBE stop_interrupts(void) { __asm__ volatile("cli"); }
PROBE halt(void) { __asm__ volatile("hlt"); }
PROBE read_cr3(void) { __asm__ volatile("movq %%cr3, %%rax" : : : "rax"); }
PROBE read_counter(void) { __asm__ volatile("rdpmc" : : "c"(0) : "rax", "rdx"); }
PROBE read_clock(void) { __asm__ volatile("rdtsc" : : : "rax", "rdx"); }
PROBE read_idt(void) { __asm__ volatile("sidt %0" : "=m"(*(char (*)[10])data)); }

PROBE
read_window(void)
{
	__asm__ volatile("movl (%0), %%eax" : : "r"(0x100000000ull) : "rax");
}

PROBE
execute_stack(void)
{
	volatile uint8_t code[16] = { CODE_RET };

	__asm__ volatile("call *%0" : : "r"(code) : "memory");
}

PROBE
execute_data(void)
{
	__asm__ volatile("call *%0" : : "r"(data) : "memory");
}

// What the kernel says no to must not have happened all the same.
PROBE
map_window(void)
{
	utcb()->mr[0] = fpage_mem(0x100000000, 12, MEM_R), utcb()->mr[1] = ELSEWHERE;
	(void)!sys_request(CAP_SELF, TASK_MAP, 2);
	__asm__ volatile("movl (%0), %%eax" : : "r"((uint64_t)ELSEWHERE) : "rax");
}

// A read-only page of its own, once more with more rights.
PROBE
map_writable(void)
{
	utcb()->mr[0] = fpage_mem(STARTUP_ADDR, 12, MEM_RW), utcb()->mr[1] = ELSEWHERE;
	(void)!sys_request(CAP_SELF, TASK_MAP, 2);
	__asm__ volatile("movl $1, (%0)" : : "r"((uint64_t)ELSEWHERE));
}

// Every index, with an operation that no object has: no capability says ERR_CAP.
static void
caps(void)
{
	int64_t found[16];
	size_t n = 0;

	for (cap_t i = 1; i < CAP_MAX && n < 16; i++)
		if (tag_err(sys_call(i, tag(0xfff0, 0, 0))) != ERR_CAP)
			found[n++] = i;
	say("found", found, n);
}

static const struct { const char *name; void (*probe)(void); } probes[] = {
	{ "read_null", read_null }, { "read_kernel", read_kernel },
	{ "write_kernel", write_kernel }, { "write_code", write_code },
	{ "write_startup", write_startup }, { "write_kip", write_kip },
	{ "read_port", read_port }, { "write_port", write_port },
	{ "stop_interrupts", stop_interrupts }, { "halt", halt }, { "read_cr3", read_cr3 },
	{ "read_counter", read_counter }, { "read_clock", read_clock }, { "read_idt", read_idt },
	{ "read_window", read_window }, { "execute_stack", execute_stack },
	{ "execute_data", execute_data }, { "map_window", map_window },
	{ "map_writable", map_writable }, { "caps", caps },
};

int
main(void)
{
	const char *name = startup()->name;

	for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
		if (strcmp(probes[i].name, name) == 0) {
			probes[i].probe();
			log_line("not stopped");
		}
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
