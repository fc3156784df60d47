# SPDX-License-Identifier: MIT
$(eval $(call program,flipper,tests/apps/flipper/main.c))
