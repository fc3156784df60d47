# SPDX-License-Identifier: MIT
# A guest, not a component: tools/modules gives it to scenarios as boot module "flat".
flat_NOSTART := 1
$(eval $(call program,flat,$(addprefix tests/guests/,start.S main.c cpu.c ring.c), \
	lib/base/memory.c lib/base/string.c))
