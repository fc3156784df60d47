# SPDX-License-Identifier: MIT
VIEWER := $(addprefix apps/legacy/viewer/,main.c ui.c ui_draw.c page.c contents.c path.c \
	document.c inline.c markdown.c flow.c layout.c typeface.c picture.c album.c)
$(eval $(call posixprogram,viewer,$(VIEWER),$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(addprefix lib/window/,window.c window_draw.c surface.c bare.c) \
	$(foreach f,font_ui font_bold,$(B)/gen/$f.c) $(LIB_FREETYPE) $(LIB_PNG)))
$(call uses_freetype,apps/legacy/viewer/typeface.c)
$(call uses_png,apps/legacy/viewer/picture.c)
