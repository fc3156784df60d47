# SPDX-License-Identifier: MIT
$(eval $(call posixprogram,posixtest,$(addprefix tests/apps/posix/,main.c probes.c),))
