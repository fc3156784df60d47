# SPDX-License-Identifier: MIT
$(eval $(call program,vpnbench,tests/apps/vpnbench/main.c tests/apps/vpnbench/path.c \
	$(VIADUCT_CORE),$(LIB_GCM)))
$(eval $(call program,viaduct-null,$(addprefix apps/secure/viaduct/,main.c clock.c) \
	$(VIADUCT_CORE) tests/apps/vpnbench/null_gcm.c, \
	lib/base/rtc.c))
$(eval $(call hosttool,forward-bench,tests/tools/forward-bench.c,-static))
