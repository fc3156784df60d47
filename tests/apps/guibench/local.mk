# SPDX-License-Identifier: MIT
$(eval $(call program,guibench,tests/apps/guibench/main.c))
