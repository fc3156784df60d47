// SPDX-License-Identifier: MIT
// The IOMMU (Intel Virtualization Technology for Directed I/O, Architecture
// Specification 3.3): a device reaches only the memory that was given to it, at
// its physical address; everything else is refused and recorded.  Legacy-mode
// tables of three levels, register-based invalidation; no system calls.
#pragma once

#include "function.h"

// How to reach its registers (chapter 10); offset below 4096, 4 or 8 bytes.
struct iommu_registers {
	uint64_t (*read)(unsigned offset, unsigned bytes);
	void (*write)(unsigned offset, unsigned bytes, uint64_t value);
};

struct iommu {
	const struct iommu_registers *registers;
	uint64_t *memory;               // for tables; zeroed, on pages
	uint64_t physical, size;        // where it is for the IOMMU; bytes
	uint64_t used;                  // bytes
	unsigned domains;
	uint32_t on;                    // what it has been commanded to do
};

struct iommu_fault {
	pci_place_t place;
	uint64_t address;               // of the page
	bool read;                      // by the device
	uint8_t reason;                 // Appendix A
};

// Looks at the IOMMU and switches off whatever the firmware left on.  NULL, or
// the sentence that says why it is unusable.
const char *iommu_open(struct iommu *u, const struct iommu_registers *registers, void *memory,
                       uint64_t physical, uint64_t size);

// Before the start: the device at `place`, so far without any, may read and
// write memory [start, start + size), on pages and below 4 GiB.  False: it
// may not, or there is no memory left for tables.
bool iommu_allow(struct iommu *u, pci_place_t place, uint64_t start, uint64_t size);

// From here on no device reaches anything else.  False: the IOMMU does not obey.
bool iommu_start(struct iommu *u);

// Takes a recorded fault.  False: there is none.  Take at most IOMMU_FAULTS in a row.
enum { IOMMU_FAULTS = 8 };
bool iommu_fault(struct iommu *u, struct iommu_fault *fault);
