# SPDX-License-Identifier: MIT
# Tests of lib/base and of the signing engine.
$(eval $(call unittest,base_test,tests/unit/base_test.c lib/base/arena.c,))
