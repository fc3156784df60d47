# SPDX-License-Identifier: MIT
$(eval $(call uses_mbedtls_vpn,tests/apps/vpnbench/main.c))
$(eval $(call program,vpnbench,tests/apps/vpnbench/main.c tests/apps/vpnbench/path.c \
	$(VIADUCT_CORE),lib/base/arena.c $(LIB_MBEDTLS_GCM)))
$(eval $(call uses_mbedtls_vpn,tests/apps/vpnbench/null_gcm.c))
$(eval $(call program,viaduct-null,$(addprefix apps/secure/viaduct/,main.c clock.c) \
	$(VIADUCT_CORE) tests/apps/vpnbench/null_gcm.c, \
	lib/base/rtc.c lib/base/arena.c lib/mbedtls/port.c))
$(eval $(call hosttool,forward-bench,tests/tools/forward-bench.c,-static))
