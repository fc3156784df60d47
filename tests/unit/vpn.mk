# SPDX-License-Identifier: MIT
# Unit tests of the VPN: packet rings, ESP, the viaduct's decisions.
$(eval $(call unittest,packet_ring_test,tests/unit/packet_ring_test.c,))
$(eval $(call unittest,esp_test,tests/unit/esp_test.c $(addprefix apps/secure/viaduct/,esp.c \
	replay.c) $(LIB_GCM),))
$(eval $(call unittest,viaduct_test,tests/unit/viaduct_test.c $(VIADUCT_CORE) $(LIB_GCM),))
$(eval $(call uses_mbedtls_vpn,tests/unit/gcm_test.c))
$(eval $(call unittest,gcm_test,tests/unit/gcm_test.c $(LIB_GCM) lib/base/arena.c \
	$(LIB_MBEDTLS_GCM),))
