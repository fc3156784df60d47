# SPDX-License-Identifier: MIT
$(eval $(call program,mortal-input,tests/apps/mortal/input.c \
	$(filter-out %/i8042.c,$(INPUT_DRV)),lib/base/memory.c))
$(eval $(call program,mortal-fb,tests/apps/mortal/fb.c \
	$(filter-out %/main.c,$(FB_DRV)),lib/base/memory.c lib/base/string.c))
$(eval $(call program,mortal-vesa-soon,tests/apps/mortal/fb.c \
	$(filter-out %/main.c,$(VESA_DRV)),$(LIB_X86EMU)))
$(eval $(call program,mortal-vesa,tests/apps/mortal/vesa.c \
	$(filter-out %/main.c,$(VESA_DRV)),$(LIB_X86EMU)))
$(eval $(call program,mortal-nic,tests/apps/mortal/nic.c $(addprefix nic-drv/,virtio.c queue.c),))
$(eval $(call program,mortal-viaduct,tests/apps/mortal/viaduct.c apps/secure/viaduct/clock.c \
	$(VIADUCT_CORE),lib/base/rtc.c $(LIB_GCM)))
$(eval $(call uses_mbedtls_vpn,tests/apps/mortal/ike.c))
$(eval $(call program,mortal-ike,tests/apps/mortal/ike.c $(IKE_POLICY) $(IKE_GROUP), \
	lib/base/random.c lib/base/arena.c $(LIB_MBEDTLS_VPN)))
MORTAL_STACK := $(filter-out %/port.c,$(IP_STACK)) tests/apps/mortal/port.c $(IP)/stream.c
$(eval $(call program,mortal-red,$(IP)/red.c $(IP)/services.c $(MORTAL_STACK),$(LIB_LWIP)))
$(eval $(call program,mortal-black,$(IP)/black.c $(MORTAL_STACK),$(LIB_LWIP)))
