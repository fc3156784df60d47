# SPDX-License-Identifier: MIT
# Tests of lib/base and of the signing engine.
$(eval $(call unittest,base_test,tests/unit/base_test.c lib/base/arena.c,))

# The engine with mbedTLS, compiled once for all tests of it.
SIGN_TESTED := $(SIGN_ENGINE) $(LIB_MBEDTLS) lib/base/arena.c
$(eval $(call hosttool,sign-host,tests/tools/sign-host.c $(SIGN_TESTED),))
