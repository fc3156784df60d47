# SPDX-License-Identifier: MIT
$(eval $(call program,mail,$(addprefix apps/legacy/mail/,main.c ui.c ui_draw.c draft.c \
	convert.c word.c preview.c refusal.c text.c uart.c), \
	$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_mono,$(B)/gen/$f.c) lib/base/memory.c lib/base/string.c))
