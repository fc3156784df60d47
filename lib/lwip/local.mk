# SPDX-License-Identifier: MIT
# lwIP, fetched and compiled with our lwipopts.h.  LIB_LWIP is what a program
# names among its LIBS; objects that include lwIP headers are made known with
# $(call uses_lwip,SOURCES).
LWIP := $(B)/src/lwip
LIB_LWIP := $(addprefix $(LWIP)/src/,$(addprefix core/,def.c inet_chksum.c init.c ip.c mem.c \
	memp.c netif.c pbuf.c raw.c tcp.c tcp_in.c tcp_out.c timeouts.c udp.c) \
	$(addprefix core/ipv4/,acd.c dhcp.c etharp.c icmp.c ip4.c ip4_addr.c ip4_frag.c) \
	netif/ethernet.c)

# -isystem: the warnings of this project are not theirs.
lwip_objects = $(patsubst %.c,$(B)/target/%.o,$1)
define uses_lwip
$(call lwip_objects,$1): EXTRA += -isystem $(LWIP)/src/include -Ilib/lwip
$(call lwip_objects,$1): | $(LWIP)/.sha256
endef

$(eval $(call uses_lwip,$(LIB_LWIP)))
$(call lwip_objects,$(LIB_LWIP)): EXTRA += $(addprefix -Wno-,conversion sign-conversion shadow \
	undef cast-qual missing-prototypes unused-function unused-parameter sign-compare)

$(LWIP)/.sha256: tools/fetch-source tools/sources.txt | setup
	@$(fetch) lwip $(LWIP)
$(LIB_LWIP): | $(LWIP)/.sha256 ;
