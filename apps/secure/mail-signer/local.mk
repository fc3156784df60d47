# SPDX-License-Identifier: MIT
$(eval $(call program,mail-signer,$(addprefix apps/secure/mail-signer/,main.c ui_state.c \
	ui_words.c ui_draw.c display.c message.c words.c sender.c content.c engine.c) \
	$(SIGN_ENGINE),lib/core/drag.c \
	$(LIB_CORE) $(LIB_BASE) $(LIB_MBEDTLS)))
