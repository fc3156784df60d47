# SPDX-License-Identifier: MIT
$(B)/target/init/%.o: EXTRA = -Iinit
PLAN_RUNNER := init/main.c init/plan.c init/console.c

init_NOSTART := 1
$(eval $(call program,init,init/root.c $(PLAN_RUNNER) lib/sys/start.S, \
	lib/base/memory.c lib/base/string.c))

# the same, but for a component
$(eval $(call program,subsystems,init/subsystems.c $(PLAN_RUNNER),))
