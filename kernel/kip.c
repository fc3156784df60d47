// SPDX-License-Identifier: MIT
// One page of kernel data that every task can read; nothing else is on it.
#include <kip.h>
#include <string.h>

[[gnu::aligned(4096)]] static union { struct kip kip; char page[4096]; } page;

void
kip_init(uint32_t tsc_khz)
{
	page.kip = (struct kip){ .magic = KIP_MAGIC, .version = 1, .tsc_khz = tsc_khz,
	                         .build = "Vitrine" };
}

struct kip *
kip_data(void)
{
	return &page.kip;
}

paddr_t
kip_page(void)
{
	return (uint64_t)&page - KERNEL_BASE;
}
