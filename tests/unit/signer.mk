# SPDX-License-Identifier: MIT
# Unit tests of the mail signer, but for its cryptography (crypto.mk).

SIGNER := apps/secure/mail-signer
SIGNER_DISPLAY := $(addprefix $(SIGNER)/,message.c content.c display.c) lib/draw/font.c \
	$(B)/gen/font_mono.c
SIGNER_UI := $(SIGNER)/ui_state.c $(SIGNER)/ui_draw.c lib/draw/draw.c lib/draw/widget.c \
	$(foreach f,font_ui font_bold font_head,$(B)/gen/$f.c)

$(eval $(call unittest,signer_message_test,tests/unit/signer_message_test.c $(SIGNER_DISPLAY)))
$(eval $(call unittest,signer_display_test,tests/unit/signer_display_test.c $(SIGNER_DISPLAY)))
$(eval $(call unittest,signer_ui_test,tests/unit/signer_ui_test.c $(SIGNER_DISPLAY) $(SIGNER_UI)))

# Pictures of the signer's window, to look at.
$(eval $(call hosttool,signer_look,tests/unit/signer_look.c $(SIGNER_DISPLAY) $(SIGNER_UI)))
