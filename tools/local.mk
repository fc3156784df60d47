# SPDX-License-Identifier: MIT
SCENARIO_SOURCES := tools/scenario.c tools/scenario_check.c
PLAN_SOURCES := tools/plan_build.c tools/plan_check.c tools/plan_print.c tools/elf_file.c $(SCENARIO_SOURCES)
$(eval $(call hosttool,mkinit,tools/mkinit.c tools/elf_file.c))
$(eval $(call hosttool,mkplan,tools/mkplan.c $(PLAN_SOURCES),libconfig))
