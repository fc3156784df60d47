# SPDX-License-Identifier: MIT
TCB_COUNTING := $(addprefix tcb-report/,closure.c size.c count.c linked.c calls.c part.c complexity.c entries.c \
	image.c sha256.c whole.c outside.c baselines.c report.c) tools/plan_check.c tools/plan_check_nest.c \
	$(addprefix tools/,scenario.c scenario_check.c session_type.c setting.c subsystem.c)
$(eval $(call hosttool,tcb,$(addprefix tcb-report/,main.c binary.c text.c json.c html.c html_parts.c html_index.c drawing.c subsystems.c) $(TCB_COUNTING),libconfig libdw libelf))
