# SPDX-License-Identifier: MIT
# Unit tests of the POSIX layer and the viewer.

$(eval $(call unittest,pages_test,tests/unit/pages_test.c lib/musl/pages.c))
