# SPDX-License-Identifier: MIT
$(eval $(call program,ringer,tests/apps/ringer/main.c))
