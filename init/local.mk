# SPDX-License-Identifier: MIT
init_NOSTART := 1
$(B)/target/init/%.o: EXTRA = -Iinit
$(eval $(call program,init,$(wildcard init/*.c) lib/sys/start.S,lib/base/memory.c lib/base/string.c))
