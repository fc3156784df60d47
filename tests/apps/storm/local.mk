# SPDX-License-Identifier: MIT
$(eval $(call program,storm,tests/apps/storm/main.c))
