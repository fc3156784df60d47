# SPDX-License-Identifier: MIT
$(eval $(call program,vpn-status,$(addprefix apps/secure/vpn-status/,main.c text.c), \
	$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head,$(B)/gen/$f.c)))
