# SPDX-License-Identifier: MIT
# What trusted cores are linked with: drawing, widgets, window, fonts.
LIB_CORE := $(addprefix lib/core/,cells.c draw.c secret.c window.c) \
	$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head font_mono,$(B)/gen/$f.c)
