# SPDX-License-Identifier: MIT
$(eval $(call posixprogram,posixtest,tests/apps/posix/main.c,))
