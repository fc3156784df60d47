# SPDX-License-Identifier: MIT
NITPICKER_POLICY := $(addprefix nitpicker/,canvas.c clipboard.c paint.c pointer.c rect.c route.c \
	session.c stack.c strip.c xray.c) $(B)/gen/label_font.c
$(eval $(call program,nitpicker,nitpicker/main.c $(NITPICKER_POLICY),\
	lib/base/memory.c lib/base/string.c))
