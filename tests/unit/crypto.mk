# SPDX-License-Identifier: MIT
# Tests of lib/base and of the signing engine.
comma := ,
$(eval $(call unittest,base_test,tests/unit/base_test.c lib/base/arena.c lib/base/crc32c.c,))
# random_weak.c includes random.c
$(eval $(call unittest,random_test,tests/unit/random_test.c tests/unit/random_weak.c,))
$(eval $(call unittest,rtc_test,tests/unit/rtc_test.c lib/base/rtc.c,))

# The engine with mbedTLS, compiled once for all tests of it.
SIGN_TESTED := $(SIGN_ENGINE) $(LIB_MBEDTLS) lib/base/arena.c
$(eval $(call hosttool,sign-host,tests/tools/sign-host.c $(SIGN_TESTED),))

# cms_test.c includes key.c
$(eval $(call uses_mbedtls,tests/unit/cms_test.c))
$(eval $(call unittest,cms_test,tests/unit/cms_test.c $(filter-out %/key.c,$(SIGN_TESTED)), \
	-Wl$(comma)--wrap=arena_alloc -Wl$(comma)--wrap=random_bytes))
$(eval $(call unittest,pbkdf2_test,tests/unit/pbkdf2_test.c $(SIGN_TESTED),))
$(eval $(call unittest,smime_test,tests/unit/smime_test.c $(SIGN_TESTED), \
	-Wl$(comma)--wrap=arena_alloc))
$(eval $(call unittest,cred_test,tests/unit/cred_test.c lib/base/arena.c, \
	-Wl$(comma)--wrap=arena_alloc))
