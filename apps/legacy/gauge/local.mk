# SPDX-License-Identifier: MIT
$(eval $(call program,gauge,apps/legacy/gauge/main.c,$(LIB_PANE)))
