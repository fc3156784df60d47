// SPDX-License-Identifier: MIT
// The kernel information page (abi/kip.h), filled once at boot.
#pragma once

#include <abi/kip.h>
#include <frame.h>

void kip_init(uint32_t tsc_khz);
struct kip *kip_data(void);
paddr_t kip_page(void);
