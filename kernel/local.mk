# SPDX-License-Identifier: MIT
KERNEL_SOURCES := $(wildcard kernel/*.c) $(wildcard kernel/start/*.c) $(wildcard kernel/x86/*.c) \
	$(wildcard kernel/x86/*.S) $(addprefix lib/base/,memory.c string.c string_more.c crc32c.c) \
	$(B)/gen/label_font.c
KERNEL_OBJECTS := $(call objects,kernel,$(KERNEL_SOURCES))
OBJECTS += $(KERNEL_OBJECTS)
# KERNEL_EXTRA: for builds with checks, such as the one make test boots
$(KERNEL_OBJECTS): EXTRA = -O2 $(KERNEL_EXTRA)
# the font is nitpicker's, too
$(call objects,kernel,kernel/start/screen.c $(B)/gen/label_font.c): EXTRA += -Ilib

$(B)/kernel/symbols-none.S: | setup
	@mkdir -p $(@D)
	@tools/symbols < /dev/null > $(new) $(kept)

$(B)/kernel/symbols-none.o: $(B)/kernel/symbols-none.S $(B)/compiler
	$Q$(assemble) $(CFLAGS_kernel) -c -o $(new) $< $(kept)

$(eval $(call kernelprogram,kernel,$(KERNEL_OBJECTS)))
