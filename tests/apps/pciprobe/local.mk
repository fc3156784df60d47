# SPDX-License-Identifier: MIT
$(eval $(call program,pciprobe,tests/apps/pciprobe/main.c,))
