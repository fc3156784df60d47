# SPDX-License-Identifier: MIT
# Unit test of the sample core.
$(eval $(call unittest,sample_test,tests/unit/sample_test.c apps/secure/sample/ask.c,))
