# SPDX-License-Identifier: MIT
# Unit tests of the VESA driver.
$(eval $(call unittest,vesa_test,tests/unit/vesa_test.c fb-drv/vesa.c fb-drv/bios.c $(LIB_X86EMU),))
