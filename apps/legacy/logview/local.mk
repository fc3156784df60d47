# SPDX-License-Identifier: MIT
$(eval $(call program,logview,apps/legacy/logview/main.c apps/legacy/logview/lines.c,\
	$(LIB_PANE) $(B)/gen/font_mono.c))
