# SPDX-License-Identifier: MIT
$(eval $(call program,starter,tests/apps/starter/main.c))
