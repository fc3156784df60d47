# SPDX-License-Identifier: MIT
$(eval $(call program,deep,tests/apps/deep/main.c,))
