# SPDX-License-Identifier: MIT
$(eval $(call program,junker,tests/apps/junker/main.c))
