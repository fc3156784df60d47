# SPDX-License-Identifier: MIT
TCB_COUNTING := $(addprefix tcb-report/,linked.c calls.c part.c complexity.c entries.c \
	image.c sha256.c whole.c outside.c baselines.c report.c) tools/plan_check.c \
	tools/plan_check_nest.c tools/module_file.c lib/base/crc32c.c $(LIB_SCENARIO)
$(eval $(call hosttool,tcb,$(addprefix tcb-report/,main.c binary.c text.c json.c html.c \
	html_parts.c html_index.c drawing.c subsystems.c) $(TCB_COUNTING),libconfig libdw libelf))
