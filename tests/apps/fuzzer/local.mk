# SPDX-License-Identifier: MIT
$(eval $(call program,fuzzer,tests/apps/fuzzer/main.c))
