# SPDX-License-Identifier: MIT
$(eval $(call program,swapper,tests/apps/swapper/main.c))
