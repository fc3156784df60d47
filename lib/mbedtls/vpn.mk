# SPDX-License-Identifier: MIT
# mbedTLS a second time, compiled with config_vpn.h.  Its objects need names of
# their own, so its sources are seen through a link in their own folder.
# LIB_MBEDTLS_GCM is what sealing names among its LIBS, LIB_MBEDTLS_VPN what IKE does;
# objects that include mbedTLS headers are made known with
# $(call uses_mbedtls_vpn,SOURCES).
MBEDTLS_VPN := $(MBEDTLS)/vpn
LIB_MBEDTLS_GCM := lib/mbedtls/port.c $(patsubst %,$(MBEDTLS_VPN)/library/%.c,aes aesni \
	block_cipher constant_time gcm platform_util)
LIB_MBEDTLS_VPN := $(LIB_MBEDTLS_GCM) $(patsubst %,$(MBEDTLS_VPN)/library/%.c,bignum bignum_core \
	bignum_mod bignum_mod_raw ecp ecp_curves hmac_drbg md sha1 sha256)
MBEDTLS_VPN_SOURCES := $(filter $(MBEDTLS_VPN)/%,$(LIB_MBEDTLS_VPN))

MBEDTLS_VPN_FLAGS := -isystem $(MBEDTLS)/include -DMBEDTLS_CONFIG_FILE='"mbedtls/config_vpn.h"'
define uses_mbedtls_vpn
$(call mbedtls_objects,$1): EXTRA += $(MBEDTLS_VPN_FLAGS)
$(call mbedtls_objects,$1): | $(MBEDTLS_VPN)
endef

$(eval $(call uses_mbedtls_vpn,$(MBEDTLS_VPN_SOURCES)))
$(call mbedtls_objects,$(MBEDTLS_VPN_SOURCES)): EXTRA += \
	$(addprefix -Wno-,conversion sign-conversion shadow undef cast-qual missing-prototypes \
		unused-function unused-parameter sign-compare)
# mbedTLS reads words by memcpy(), which is to be a load and no call: that and -O3 make
# AES-GCM twice as fast.
$(call mbedtls_objects,$(patsubst %,$(MBEDTLS_VPN)/library/%.c,aes aesni gcm)): EXTRA += \
	-fbuiltin -O3

$(MBEDTLS_VPN): | $(MBEDTLS)/.sha256
	@ln -sfn . $@
$(MBEDTLS_VPN_SOURCES): | $(MBEDTLS_VPN) ;
# AES-NI works on SSE registers; a component that uses them has them switched.
$(B)/target/$(MBEDTLS_VPN)/library/aesni.o: \
	CFLAGS_target = $(filter-out -mgeneral-regs-only,$(FREESTANDING)) -Ilib -mcmodel=small
