# SPDX-License-Identifier: MIT
# What a program with one window (pane.h) is made of, besides its own.
LIB_PANE := $(addprefix lib/window/,window.c window_draw.c pane.c) \
	$(addprefix lib/draw/,draw.c font.c widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)
