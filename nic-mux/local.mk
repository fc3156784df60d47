# SPDX-License-Identifier: MIT
$(eval $(call program,nic-mux,nic-mux/main.c nic-mux/mux.c,))
