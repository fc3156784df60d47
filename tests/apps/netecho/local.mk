# SPDX-License-Identifier: MIT
$(eval $(call program,netecho,tests/apps/netecho/main.c,))
