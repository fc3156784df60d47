# SPDX-License-Identifier: MIT
$(eval $(call program,screen,apps/legacy/screen/main.c apps/legacy/screen/relay.c,$(LIB_PANE)))
