# SPDX-License-Identifier: MIT
$(eval $(call program,testviews,apps/legacy/testviews/main.c,lib/window/window.c \
	lib/window/window_draw.c $(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
