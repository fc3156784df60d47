// SPDX-License-Identifier: MIT
// What a component finds at its start besides sessions (startup.h): memory of its own,
// boot modules, devices and interrupts.
#pragma once

#include <string.h>
#include <sys/startup.h>

// Memory of its own.
enum startup_memory_kind {
	MEMORY_HEAP,            // readable and writable, zeroed
	MEMORY_ROM,             // a boot module (key, drafts, font), read-only; size in bytes
	MEMORY_DEVICE,          // device memory; `name` from the scenario
	MEMORY_ROOT_INFO,       // struct root_info, read-only
	MEMORY_PLAN,            // the plan of a subsystem, readable and executable
	MEMORY_REST,            // as MEMORY_HEAP, but the first 8 bytes say how much there is, at
				// least `size`: what is left of a subsystem's memory
	MEMORY_DMA,             // RAM in one piece, zeroed
};

struct startup_memory {
	char     name[32];
	uint64_t kind;
	uint64_t addr, size;
	uint64_t physical;      // MEMORY_DEVICE, but for the framebuffer: the device's address;
				// MEMORY_DMA: where its physical address stands
};

// A device interrupt; arrives as MSG_IRQ with label `label`.
struct startup_irq {
	uint32_t line;
	cap_t    cap;
	uint64_t label;
};

_Static_assert(sizeof(struct startup_memory) == 64, "ABI");
_Static_assert(sizeof(struct startup_irq) == 16, "ABI");

static inline const struct startup_memory *
startup_memories(void)
{
	return (const struct startup_memory *)(uintptr_t)(STARTUP_ADDR + startup()->memories);
}

static inline const struct startup_irq *
startup_irqs(void)
{
	return (const struct startup_irq *)(uintptr_t)(STARTUP_ADDR + startup()->irqs);
}

// By name; NULL when the scenario gives none.
static inline const struct startup_memory *
startup_memory(const char *name)
{
	for (uint32_t i = 0; i < startup()->memory_count; i++)
		if (strcmp(startup_memories()[i].name, name) == 0)
			return &startup_memories()[i];
	return NULL;
}

static inline const struct startup_irq *
startup_irq(uint32_t line)
{
	for (uint32_t i = 0; i < startup()->irq_count; i++)
		if (startup_irqs()[i].line == line)
			return &startup_irqs()[i];
	return NULL;
}

// The physical address that stands at `at`: MEMORY_DMA, startup_client.dma.
static inline uint64_t
startup_physical(uint64_t at)
{
	return *(const uint64_t *)(uintptr_t)at;
}
