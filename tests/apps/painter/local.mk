# SPDX-License-Identifier: MIT
$(eval $(call program,painter,tests/apps/painter/main.c))
