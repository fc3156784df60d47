# SPDX-License-Identifier: MIT
$(eval $(call program,fb-drv,fb-drv/main.c fb-drv/frame.c,lib/base/memory.c lib/base/string.c))
