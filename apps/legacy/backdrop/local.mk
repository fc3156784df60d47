# SPDX-License-Identifier: MIT
$(eval $(call posixprogram,backdrop,apps/legacy/backdrop/main.c apps/legacy/backdrop/stretch.c \
	apps/legacy/viewer/picture.c,$(LIB_PNG)))
