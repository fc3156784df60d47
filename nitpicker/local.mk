# SPDX-License-Identifier: MIT
NITPICKER_POLICY := $(addprefix nitpicker/,canvas.c clipboard.c confirm.c legend.c paint.c \
	pointer.c rect.c route.c session.c stack.c still.c strip.c xray.c) $(B)/gen/label_font.c
nitpicker_NOSTART := 1
$(eval $(call program,nitpicker,nitpicker/main.c $(NITPICKER_POLICY),\
	lib/sys/start.S lib/sys/startup.c lib/base/memory.c lib/base/string.c))
