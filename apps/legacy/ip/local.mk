# SPDX-License-Identifier: MIT
# IP_STACK: what all three stacks have in common.
IP := apps/legacy/ip
IP_STACK := $(addprefix $(IP)/,stack.c address.c card.c drops.c port.c)
$(eval $(call uses_lwip,$(addprefix $(IP)/,main.c red.c black.c services.c stack.c address.c \
	card.c)))
$(eval $(call program,ip,$(IP)/main.c $(IP)/services.c $(IP_STACK),$(LIB_LWIP)))
$(eval $(call program,ip-red,$(IP)/red.c $(IP)/services.c $(IP)/stream.c $(IP_STACK),$(LIB_LWIP)))
$(eval $(call program,ip-black,$(IP)/black.c $(IP)/stream.c $(IP_STACK),$(LIB_LWIP)))
