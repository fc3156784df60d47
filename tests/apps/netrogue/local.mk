# SPDX-License-Identifier: MIT
$(eval $(call program,netrogue,tests/apps/netrogue/main.c,))
