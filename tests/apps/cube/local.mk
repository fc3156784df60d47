# SPDX-License-Identifier: MIT
$(eval $(call program,cube,tests/apps/cube/main.c))
