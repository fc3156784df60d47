# SPDX-License-Identifier: MIT
$(eval $(call program,modes,tests/apps/modes/main.c))
