# SPDX-License-Identifier: MIT
FB_DRV := fb-drv/main.c fb-drv/frame.c
$(eval $(call program,fb-drv,$(FB_DRV),lib/base/memory.c lib/base/string.c))
