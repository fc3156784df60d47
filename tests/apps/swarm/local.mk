# SPDX-License-Identifier: MIT
$(eval $(call program,swarm,tests/apps/swarm/main.c $(NITPICKER_POLICY)))
