# SPDX-License-Identifier: MIT
# VIADUCT_CORE: what decides, apart from sessions and clock.
VIADUCT_CORE := $(addprefix apps/secure/viaduct/,viaduct.c sad.c esp.c inner.c replay.c)
$(eval $(call program,viaduct,$(addprefix apps/secure/viaduct/,main.c clock.c) $(VIADUCT_CORE), \
	lib/base/rtc.c $(LIB_GCM)))
# what each packet goes through
$(foreach f,main viaduct sad esp inner replay,$(B)/target/apps/secure/viaduct/$f.o): \
	EXTRA += -fbuiltin -O2
