# SPDX-License-Identifier: MIT
# Unit tests of the drivers: further input_*_test, and VESA.
INPUT_POLICY := $(addprefix input-drv/,scancode.c keyboard.c keymap.c layouts.c compose.c mouse.c)
$(foreach t,keymap random,$(eval $(call unittest,input_$t_test,tests/unit/input_$t_test.c $(INPUT_POLICY),)))
$(eval $(call unittest,vesa_test,tests/unit/vesa_test.c fb-drv/vesa.c fb-drv/bios.c $(LIB_X86EMU),))
