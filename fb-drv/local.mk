# SPDX-License-Identifier: MIT
FB_DRV := fb-drv/main.c fb-drv/frame.c fb-drv/fixed.c
$(eval $(call program,fb-drv,$(FB_DRV),lib/base/memory.c lib/base/string.c))

# The same with the card's BIOS in an emulator, to change the mode at run time.
VESA_DRV := fb-drv/main.c fb-drv/frame.c fb-drv/vesa.c fb-drv/bios.c
$(eval $(call uses_x86emu,fb-drv/bios.c))
$(eval $(call program,vesa-drv,$(VESA_DRV),$(LIB_X86EMU)))
