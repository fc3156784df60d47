# SPDX-License-Identifier: MIT
# IKE_POLICY: all but the glue to the system; IKE_GROUP: Diffie-Hellman, which
# tests replace.
IKE_POLICY := $(addprefix apps/secure/ike/,agree.c auth.c child.c clock.c config.c cookie.c \
	create.c exchange.c hint.c inform.c init.c keys.c link.c message.c nat.c outside.c \
	refusal.c selector.c suite.c table.c wire.c)
IKE_GROUP := apps/secure/ike/group.c
$(eval $(call uses_mbedtls_vpn,apps/secure/ike/keys.c apps/secure/ike/main.c $(IKE_GROUP)))
$(eval $(call program,ike,apps/secure/ike/main.c $(IKE_POLICY) $(IKE_GROUP),lib/base/random.c \
	lib/base/arena.c $(LIB_MBEDTLS_VPN)))
