# SPDX-License-Identifier: MIT
$(eval $(call uses_mbedtls_vpn,tests/apps/vpnbench/main.c))
$(eval $(call program,vpnbench,tests/apps/vpnbench/main.c tests/apps/vpnbench/path.c $(VIADUCT_CORE), \
	lib/base/arena.c $(LIB_MBEDTLS_GCM)))
