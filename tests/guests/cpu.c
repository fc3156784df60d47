// SPDX-License-Identifier: MIT
// Instructions, MSRs, ports and modes; and what another guest has left in registers.
#include "flat.h"

enum { RAM_SIZE = 8 << 20, MSRS = 0x400, PORT_STEP = 5, PC_PORTS = 20000 };

static uint64_t wrong;

static void
expect(const char *name, uint64_t got, uint64_t wanted)
{
	if (got == wanted)
		return;
	wrong++;
	say(name, got);
}

static void
instructions(void)
{
	uint64_t a = 0;

#define UNDEFINED(i) expect(i ": ", TRY(i, "a"(0x1000), "c"(0), "d"(0)), TRAP_UD)
#define HARMLESS(i) expect(i ": ", TRY(i, "a"(0), "c"(0), "d"(0)), NO_TRAP)
	UNDEFINED("vmrun");
	UNDEFINED("vmload");
	UNDEFINED("vmsave");
	UNDEFINED("stgi");
	UNDEFINED("clgi");
	UNDEFINED("skinit");
	UNDEFINED("invlpga %%rax, %%ecx");
	UNDEFINED("monitor");
	UNDEFINED("mwait");
	UNDEFINED("xsetbv");
	UNDEFINED("rsm");
	UNDEFINED("ud2");
	expect("rdpmc: ", TRY("rdpmc", "c"(0)), TRAP_GP);
	HARMLESS("wbinvd");
	HARMLESS("invd");
	HARMLESS("mov %%rax, %%dr0");
	HARMLESS("mov %%dr7, %%rbx");
	HARMLESS("mov %%dr6, %%rbx");
	HARMLESS("mov %%cr8, %%rbx");
	HARMLESS("invlpg (%%rax)");
	HARMLESS("clts");
	__asm__ volatile("vmmcall" : "+a"(a) : : "memory");
	expect("vmmcall: ", a, (uint64_t)-1000);
	// a breakpoint that would be the host's, too
	expect("dr0: ", TRY("mov %%rax, %%dr0", "a"(&wrong)), NO_TRAP);
	expect("dr7: ", TRY("mov %%rax, %%dr7", "a"(0x70407)), NO_TRAP);
	say("instructions, unexpected: ", wrong);
}

// Read, and written with what was read and with anything.
static void
msrs(void)
{
	static const uint32_t from[] = { 0, 0xc0000000, 0xc0010000, 0x40000000, 0x4b564d00 };
	uint64_t n = 0;

	for (uint32_t i = 0; i < 5 * MSRS; i++) {
		uint32_t msr = from[i / MSRS] + i % MSRS * (i & 1 ? 1 : 8);
		uint64_t r = chance();

		TRY("rdmsr; wrmsr", "c"(msr), "a"(0), "d"(0));
		// not what this guest needs itself: EFER, the bases of segments, PAT
		if (msr != 0xc0000080 && msr - 0xc0000100 > 2 && msr != 0x277)
			TRY("wrmsr", "c"(msr), "a"((uint32_t)r), "d"((uint32_t)(r >> 32)));
		n++;
	}
	// clocks written to the end of RAM, beyond it, and to its last bytes
	for (uint64_t at = RAM_SIZE - 40; at < RAM_SIZE + 40; at++)
		for (uint32_t k = 0; k < 2; k++)
			TRY("wrmsr", "c"(0x4b564d00 + k), "a"((uint32_t)at), "d"(0));
	say("MSRs: ", n);
}

// Not the serial line, on which it speaks.
static bool
ours(unsigned port)
{
	return port >= 0x3f0 && port < 0x400;
}

static void
ports(void)
{
	uint64_t n = 0;

	for (unsigned port = 0; port < 0x10000; port += PORT_STEP) {
		unsigned bytes = 1u << chance() % 3;

		port_in(port, bytes);
		if (ours(port))
			continue;
		port_out(port, bytes, (uint32_t)chance());
		n++;
	}
	for (unsigned i = 0; i < PC_PORTS; i++) {         // those of the PC's own devices
		static const uint16_t of[] = { 0x20, 0x21, 0xa0, 0xa1, 0x40, 0x41, 0x42, 0x43,
			0x61, 0x70, 0x71, 0x64, 0x60, 0xcf8, 0xcfc, 0x3f9 };
		unsigned port = of[chance() % 16];

		if (chance() % 2)
			port_out(port, 1u << chance() % 3, (uint32_t)chance() & 0x7f7f7f7f);
		else
			port_in(port, 1u << chance() % 3);
	}
	port_out(0x3fb, 1, 3);                          // a line again, not a divisor
	__asm__ volatile("std; rep insb; cld" : : "D"(0x300000), "c"(5000), "d"(0x71) : "memory");
	say("ports: ", n);
}

void
test_processor(void)
{
	instructions();
	msrs();
	ports();
	say("EFER without paging: ", flat_legacy());
	say("processor done ", 0);
}

// ---- registers -----------------------------------------------------------------

static uint64_t
read_msr(uint32_t msr)
{
	uint32_t a, d;

	__asm__ volatile("rdmsr" : "=a"(a), "=d"(d) : "c"(msr));
	return (uint64_t)d << 32 | a;
}

static void
write_msr(uint32_t msr, uint64_t v)
{
	__asm__ volatile("wrmsr" : : "a"((uint32_t)v), "d"((uint32_t)(v >> 32)), "c"(msr));
}

// Fills registers, gives the processor away, and looks whether they are as they were.
void
test_leaks(uint64_t mine)
{
	static const uint32_t kept[] = { 0xc0000102, 0xc0000084, 0x174 };
	uint64_t foreign = 0, round = 0;

	for (; round < 500; round++) {
		uint64_t v = mine + round, low, high, cr2, ds0;

		__asm__ volatile("movq %0, %%xmm0; movq %0, %%xmm7; movq %0, %%xmm15; mov %0, %%cr2;"
		                 "mov %0, %%dr0" : : "r"(v));
		for (unsigned i = 0; i < 3; i++)
			write_msr(kept[i], v & 0xffff);
		for (unsigned i = 0; i < 20; i++) {
			cpuid();
			for (volatile unsigned k = 0; k < 2000; k++)
				;
		}
		__asm__ volatile("movq %%xmm0, %0; movq %%xmm15, %1; mov %%cr2, %2; mov %%dr0, %3"
		                 : "=r"(low), "=r"(high), "=r"(cr2), "=r"(ds0));
		foreign += low != v || high != v || cr2 != v || ds0 != 0;
		for (unsigned i = 0; i < 3; i++)
			foreign += read_msr(kept[i]) != (v & 0xffff);
	}
	say("registers of others: ", foreign);
	say("registers kept, rounds: ", round);
}
