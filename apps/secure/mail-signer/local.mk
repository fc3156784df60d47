# SPDX-License-Identifier: MIT
$(eval $(call program,mail-signer,$(addprefix apps/secure/mail-signer/,main.c ui_state.c ui_draw.c \
	display.c message.c content.c engine.c) $(SIGN_ENGINE),$(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head font_mono,$(B)/gen/$f.c) $(LIB_BASE) $(LIB_MBEDTLS)))
