# SPDX-License-Identifier: MIT
TCB_SOURCES := $(addprefix tcb-report/,closure.c count.c linked.c report.c text.c json.c html.c) \
	tools/scenario.c tools/scenario_check.c tools/setting.c
$(eval $(call hosttool,tcb,tcb-report/main.c $(TCB_SOURCES),libconfig libdw libelf))
