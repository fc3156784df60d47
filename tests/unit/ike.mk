# SPDX-License-Identifier: MIT
# Unit tests of ike.
IKE_TESTED := tests/unit/ike_world.c tests/unit/ike_toy.c tests/tools/ike_admin.c \
	$(IKE_POLICY) $(LIB_MBEDTLS_VPN) lib/base/arena.c
$(eval $(call uses_mbedtls_vpn,tests/unit/ike_world.c))
$(foreach t,ike ike_attack ike_life ike_rules ike_trouble ike_random, \
	$(eval $(call unittest,$(t)_test, \
	tests/unit/$(t)_test.c $(IKE_TESTED),)))
$(eval $(call unittest,ike_fuzz_test,tests/unit/ike_fuzz_test.c $(IKE_TESTED), \
	-Wl$(comma)--wrap=seal_end))
# with the real groups
$(eval $(call uses_mbedtls_vpn,tests/unit/ike_keys_test.c))
$(eval $(call unittest,ike_keys_test,tests/unit/ike_keys_test.c \
	$(addprefix apps/secure/ike/,keys.c wire.c) $(IKE_GROUP) $(LIB_MBEDTLS_VPN) \
	lib/base/arena.c,))

# The same as a program, to meet other implementations.
$(eval $(call hosttool,ike-host,tests/tools/ike-host.c tests/tools/ike_admin.c \
	$(IKE_POLICY) $(IKE_GROUP) $(LIB_MBEDTLS_VPN) lib/base/arena.c,))
$(eval $(call uses_mbedtls_vpn,tests/tools/ike-host.c))
