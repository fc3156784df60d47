# SPDX-License-Identifier: MIT
$(eval $(call program,vpnrogue,tests/apps/vpnrogue/main.c))
