# SPDX-License-Identifier: MIT
$(eval $(call program,display,$(addprefix apps/legacy/display/,main.c ui.c ui_draw.c),$(LIB_PANE)))
