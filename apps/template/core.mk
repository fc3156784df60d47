# SPDX-License-Identifier: MIT
# LIB_CORE instead of the libraries named here has also what a passphrase and longer texts need.
$(eval $(call program,sample,$(addprefix apps/secure/sample/,main.c ask.c), \
	$(addprefix lib/core/,window.c drag.c) $(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
