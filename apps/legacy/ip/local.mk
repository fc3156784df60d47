# SPDX-License-Identifier: MIT
$(eval $(call uses_lwip,$(addprefix apps/legacy/ip/,main.c card.c services.c)))
$(eval $(call program,ip,$(addprefix apps/legacy/ip/,main.c card.c services.c port.c),$(LIB_LWIP)))
