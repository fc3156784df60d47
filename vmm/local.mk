# SPDX-License-Identifier: MIT
$(eval $(call program,vmm,$(wildcard vmm/*.c),$(LIB_PANE)))
