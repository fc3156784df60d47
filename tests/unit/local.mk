# SPDX-License-Identifier: MIT
# Unit tests of the scenario tools and the TCB report; others in *.mk here.
$(eval $(call unittest,scenario_test,tests/unit/scenario_test.c \
	$(addprefix tools/,plan_build.c plan_lay.c plan_parts.c plan_check.c plan_check_nest.c \
	plan_nest.c plan_quota.c elf_file.c) \
	$(LIB_SCENARIO),libconfig))
$(eval $(call unittest,tcb_test,tests/unit/tcb_test.c tcb-report/drawing.c \
	$(TCB_COUNTING),libconfig libdw libelf))
$(eval $(call unittest,elf_file_test,tests/unit/elf_file_test.c tools/elf_file.c))
