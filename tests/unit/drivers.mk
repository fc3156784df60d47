# SPDX-License-Identifier: MIT
# Unit tests of the drivers: further input_*_test, and VESA.
INPUT_POLICY := $(addprefix input-drv/,scancode.c keyboard.c keymap.c layouts.c compose.c mouse.c)
$(eval $(call unittest,input_random_test,tests/unit/input_random_test.c $(INPUT_POLICY),))
$(eval $(call unittest,input_keymap_test,tests/unit/input_keymap_test.c \
	$(addprefix input-drv/,keymap.c layouts.c compose.c),))
$(eval $(call uses_x86emu,tests/unit/vesa_test.c))
$(eval $(call unittest,vesa_test,tests/unit/vesa_test.c fb-drv/vesa.c fb-drv/frame.c \
	$(LIB_X86EMU),))
$(eval $(call unittest,input_i8042_test,tests/unit/input_i8042_test.c,))
$(eval $(call unittest,input_xkb_test,tests/unit/input_xkb_test.c \
	$(addprefix input-drv/,scancode.c keyboard.c keymap.c layouts.c compose.c),xkbcommon))
