# SPDX-License-Identifier: MIT
$(eval $(call program,launcher,$(addprefix apps/legacy/launcher/,main.c ui.c ui_draw.c), \
	$(LIB_PANE)))
