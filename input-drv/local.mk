# SPDX-License-Identifier: MIT
INPUT_DRV := $(addprefix input-drv/,main.c i8042.c scancode.c keyboard.c keymap.c layouts.c \
	compose.c mouse.c)
$(eval $(call program,input-drv,$(INPUT_DRV),lib/base/memory.c))
