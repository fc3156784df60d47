# SPDX-License-Identifier: MIT
# Unit tests of lib/draw, input-drv, the legacy mail program and the outbox.

$(eval $(call unittest,draw_test,tests/unit/draw_test.c $(addprefix lib/draw/,draw.c font.c \
	widget.c) $(foreach f,font_ui font_bold font_head font_mono label_font,$(B)/gen/$f.c)))
$(eval $(call unittest,input_test,tests/unit/input_test.c \
	$(addprefix input-drv/,scancode.c keyboard.c keymap.c layouts.c compose.c mouse.c)))
$(eval $(call unittest,mail_test,tests/unit/mail_test.c $(addprefix apps/legacy/mail/,\
	draft.c convert.c word.c preview.c refusal.c text.c) lib/draw/font.c))
$(eval $(call unittest,mail_ui_test,tests/unit/mail_ui_test.c $(addprefix apps/legacy/mail/,ui.c \
	ui_draw.c draft.c word.c preview.c text.c) lib/draw/draw.c lib/draw/font.c \
	lib/draw/widget.c $(foreach f,font_ui font_bold font_mono,$(B)/gen/$f.c)))
$(eval $(call unittest,outbox_test,tests/unit/outbox_test.c tools/outbox_stream.c))
$(eval $(call unittest,launcher_ui_test,tests/unit/launcher_ui_test.c \
	$(addprefix apps/legacy/launcher/,ui.c ui_draw.c) \
	$(addprefix lib/draw/,draw.c font.c widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
$(eval $(call unittest,display_ui_test,tests/unit/display_ui_test.c \
	$(addprefix apps/legacy/display/,ui.c ui_draw.c) \
	$(addprefix lib/draw/,draw.c font.c widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
$(eval $(call unittest,logview_test,tests/unit/logview_test.c apps/legacy/logview/lines.c))
$(eval $(call unittest,relay_test,tests/unit/relay_test.c apps/legacy/screen/relay.c))
$(eval $(call unittest,bare_test,tests/unit/bare_test.c lib/window/bare.c \
	apps/legacy/screen/relay.c))
$(eval $(call unittest,core_drag_test,tests/unit/core_drag_test.c lib/core/drag.c))
