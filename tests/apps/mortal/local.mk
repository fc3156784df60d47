# SPDX-License-Identifier: MIT
$(eval $(call program,mortal-input,tests/apps/mortal/input.c \
	$(filter-out %/i8042.c,$(INPUT_DRV)),lib/base/memory.c))
$(eval $(call program,mortal-fb,tests/apps/mortal/fb.c \
	$(filter-out %/main.c,$(FB_DRV)),lib/base/memory.c lib/base/string.c))
$(eval $(call program,mortal-vesa,tests/apps/mortal/vesa.c \
	$(filter-out %/main.c,$(VESA_DRV)),$(LIB_X86EMU)))
$(eval $(call program,mortal-nic,tests/apps/mortal/nic.c $(addprefix nic-drv/,virtio.c queue.c),))
