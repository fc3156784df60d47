# SPDX-License-Identifier: MIT
# Unit tests of the mail signer, but for its cryptography (crypto.mk).

SIGNER := apps/secure/mail-signer
SIGNER_DISPLAY := $(addprefix $(SIGNER)/,message.c words.c sender.c content.c display.c) \
	lib/core/cells.c lib/draw/font.c $(B)/gen/font_mono.c
SIGNER_UI := $(addprefix $(SIGNER)/,ui_state.c ui_words.c ui_draw.c) \
	lib/core/draw.c lib/core/secret.c lib/draw/draw.c lib/draw/widget.c \
	$(foreach f,font_ui font_bold font_head,$(B)/gen/$f.c)

$(foreach t,message header mail display escape,$(eval $(call unittest,signer_$(t)_test, \
	tests/unit/signer_$(t)_test.c $(SIGNER_DISPLAY))))
# signer_rows_test includes display.c
$(eval $(call unittest,signer_rows_test,tests/unit/signer_rows_test.c \
	$(filter-out %/display.c,$(SIGNER_DISPLAY))))
$(foreach t,ui chance swap,$(eval $(call unittest,signer_$(t)_test,tests/unit/signer_$(t)_test.c \
	tests/unit/signer_world.c $(SIGNER_DISPLAY) $(SIGNER_UI))))

# The same with fonts of no machine: every pixel.
$(eval $(call unittest,signer_picture_test,tests/unit/signer_picture_test.c \
	$(addprefix tests/unit/,signer_world.c picture.c toy_font.c) \
	$(filter-out $(B)/gen/%,$(SIGNER_DISPLAY) $(SIGNER_UI))))

# Pictures of the signer's window, to look at.
$(eval $(call hosttool,signer_look,tests/unit/signer_look.c $(SIGNER_DISPLAY) $(SIGNER_UI)))

# What the signer understands of messages, for comparison with other programs.
$(eval $(call hosttool,mail-host,tests/tools/mail-host.c apps/legacy/mail/convert.c \
	$(filter-out %/display.c,$(SIGNER_DISPLAY))))
