# SPDX-License-Identifier: MIT
# The kernel is linked twice: the second time with the table of symbols that
# its epitaph prints names from.
KERNEL_SOURCES := $(wildcard kernel/*.c) $(wildcard kernel/x86/*.c) $(wildcard kernel/x86/*.S) \
	lib/base/memory.c lib/base/string.c
KERNEL_OBJECTS := $(call objects,kernel,$(KERNEL_SOURCES))
OBJECTS += $(KERNEL_OBJECTS)
KERNEL_LD := kernel/kernel.ld
# KERNEL_EXTRA: for builds with checks, such as the one make test boots
$(KERNEL_OBJECTS): EXTRA = -O2 $(KERNEL_EXTRA)

$(B)/kernel/symbols-none.S: | setup
	@mkdir -p $(@D)
	@kernel/symbols.sh < /dev/null > $@

$(B)/kernel/symbols.S: $(B)/kernel/unnamed.elf kernel/symbols.sh
	@nm -n $< | kernel/symbols.sh > $@

$(B)/kernel/symbols.o $(B)/kernel/symbols-none.o: %.o: %.S
	$Q$(CC) $(CFLAGS_kernel) -c -o $@ $<

$(B)/kernel/unnamed.elf: $(KERNEL_OBJECTS) $(B)/kernel/symbols-none.o $(KERNEL_LD)
	$Q$(CC) $(LDFLAGS_kernel) -T $(KERNEL_LD) -o $@ $(filter %.o,$^)

$(B)/kernel/kernel.elf: $(KERNEL_OBJECTS) $(B)/kernel/symbols.o $(KERNEL_LD)
	$(call say,LD,$@)
	$Q$(CC) $(LDFLAGS_kernel) -T $(KERNEL_LD) -o $@ $(filter %.o,$^)
	$Q$(call sources_of,$(KERNEL_OBJECTS)) > $(B)/kernel/kernel.srcs
