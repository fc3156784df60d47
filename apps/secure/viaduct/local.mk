# SPDX-License-Identifier: MIT
# VIADUCT_CORE: what decides, apart from sessions and clock.
VIADUCT_CORE := $(addprefix apps/secure/viaduct/,viaduct.c sad.c esp.c inner.c replay.c)
$(eval $(call uses_mbedtls_vpn,$(VIADUCT_CORE) apps/secure/viaduct/main.c))
$(eval $(call program,viaduct,$(addprefix apps/secure/viaduct/,main.c clock.c) $(VIADUCT_CORE), \
	lib/base/rtc.c lib/base/arena.c $(LIB_MBEDTLS_GCM)))
