# SPDX-License-Identifier: MIT
# LIB_SCENARIO: what reads and judges a scenario; needs libconfig.
LIB_SCENARIO := $(addprefix tools/scenario/,scenario.c scenario_check.c session_type.c setting.c \
	syntax.c subsystem.c asset.c device.c closure.c count.c size.c)
