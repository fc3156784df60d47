# SPDX-License-Identifier: MIT
PLAN_SOURCES := $(addprefix tools/,plan_build.c plan_lay.c plan_parts.c plan_check.c \
	plan_check_nest.c plan_nest.c plan_quota.c plan_print.c elf_file.c) $(LIB_SCENARIO)
MODULE_SOURCES := tools/module_file.c lib/base/crc32c.c
$(eval $(call hosttool,mkinit,tools/mkinit.c $(MODULE_SOURCES) tools/elf_file.c))
$(eval $(call hosttool,mkplan,tools/mkplan.c $(MODULE_SOURCES) $(PLAN_SOURCES),libconfig))
$(eval $(call hosttool,tcb-vet,$(addprefix tools/,tcb-vet.c tcb-vet-memory.c \
	tcb-vet-read.c tcb-vet-run.c),libconfig))
