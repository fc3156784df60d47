# SPDX-License-Identifier: MIT
# Unit tests of nitpicker and the framebuffer driver.
$(foreach t,paint route,$(eval $(call unittest,nitpicker_$t_test,tests/unit/nitpicker_$t_test.c \
	tests/unit/nitpicker_world.c $(NITPICKER_POLICY))))
