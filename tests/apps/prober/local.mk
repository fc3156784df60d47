# SPDX-License-Identifier: MIT
$(eval $(call program,prober,tests/apps/prober/main.c))
