# SPDX-License-Identifier: MIT
# The kernel with the debug console: the same objects, and functions of the
# console's in front of some of them.
DEBUG_OBJECTS := $(call objects,kernel,$(wildcard kernel/monitor/*.c))
OBJECTS += $(DEBUG_OBJECTS)
$(DEBUG_OBJECTS): EXTRA = -O2 -Wno-missing-prototypes
comma := ,
DEBUG_FLAGS := $(patsubst %,-Wl$(comma)--wrap=%,line_init uart_ask debug_interrupt root_create \
	syscall trap_user)
$(eval $(call kernelprogram,kernel-debug,$(KERNEL_OBJECTS) $(DEBUG_OBJECTS),$(DEBUG_FLAGS)))
