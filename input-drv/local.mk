# SPDX-License-Identifier: MIT
$(eval $(call program,input-drv,$(addprefix input-drv/,main.c i8042.c scancode.c keyboard.c \
	keymap.c mouse.c),lib/base/memory.c))
