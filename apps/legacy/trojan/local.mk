# SPDX-License-Identifier: MIT
$(eval $(call program,trojan,$(addprefix apps/legacy/trojan/,main.c attacks.c window.c disguise.c \
	cover.c grab.c clip.c smash.c),$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head font_mono label_font,$(B)/gen/$f.c)))
