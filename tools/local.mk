# SPDX-License-Identifier: MIT
PLAN_SOURCES := $(addprefix tools/,plan_build.c plan_lay.c plan_parts.c plan_check.c plan_check_nest.c plan_nest.c plan_print.c elf_file.c) \
	$(LIB_SCENARIO)
$(eval $(call hosttool,mkinit,tools/mkinit.c tools/elf_file.c))
$(eval $(call hosttool,mkplan,tools/mkplan.c $(PLAN_SOURCES),libconfig))
