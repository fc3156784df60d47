# SPDX-License-Identifier: MIT
$(eval $(call program,sample-ui,apps/legacy/sample/main.c, \
	$(addprefix lib/draw/,draw.c font.c widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
