# SPDX-License-Identifier: MIT
# Unit tests of nitpicker and the framebuffer driver.
$(eval $(call unittest,nitpicker_paint_test,tests/unit/nitpicker_paint_test.c \
	tests/unit/nitpicker_world.c $(NITPICKER_POLICY), \
	$(foreach f,fill surround copy text,-Wl$(comma)--wrap=canvas_$f)))
$(foreach t,clipboard confirm label route routing_model view xray,\
	$(eval $(call unittest,nitpicker_$t_test,tests/unit/nitpicker_$t_test.c \
	tests/unit/nitpicker_world.c $(NITPICKER_POLICY))))
$(eval $(call unittest,nitpicker_frame_test,tests/unit/nitpicker_frame_test.c fb-drv/frame.c))
$(eval $(call unittest,nitpicker_window_test,tests/unit/nitpicker_window_test.c \
	lib/window/window.c))
