# SPDX-License-Identifier: MIT
# mbedTLS, fetched and compiled with our config.h.  LIB_MBEDTLS is what a
# program names among its LIBS; objects that include mbedTLS headers are made
# known with $(call uses_mbedtls,SOURCES).
MBEDTLS := $(B)/src/mbedtls
MBEDTLS_FILES := aes asn1parse asn1write bignum bignum_core bignum_mod bignum_mod_raw \
	constant_time ecdsa ecp ecp_curves hmac_drbg md oid pk pk_ecc pk_wrap pkcs5 \
	pkparse platform_util rsa rsa_alt_helpers sha256
MBEDTLS_SOURCES := $(MBEDTLS_FILES:%=$(MBEDTLS)/library/%.c)
LIB_MBEDTLS := lib/mbedtls/port.c $(MBEDTLS_SOURCES)

# -isystem: the warnings of this project are not theirs.
MBEDTLS_FLAGS := -isystem $(MBEDTLS)/include -DMBEDTLS_CONFIG_FILE='"mbedtls/config.h"'

mbedtls_objects = $(foreach v,target host unit,$(patsubst %.c,$(B)/$v/%.o,$1))
define uses_mbedtls
$(call mbedtls_objects,$1): EXTRA += $(MBEDTLS_FLAGS)
$(call mbedtls_objects,$1): | $(MBEDTLS)/.sha256
endef

$(eval $(call uses_mbedtls,$(LIB_MBEDTLS)))
$(call mbedtls_objects,$(MBEDTLS_SOURCES)): EXTRA += \
	$(addprefix -Wno-,conversion sign-conversion shadow undef cast-qual missing-prototypes \
		unused-function unused-parameter sign-compare)
# Host programs are linked with what they do not use.
$(patsubst %.c,$(B)/host/%.o,$(MBEDTLS_SOURCES)) $(patsubst %.c,$(B)/unit/%.o,$(MBEDTLS_SOURCES)): \
	EXTRA += -Dmbedtls_port_snprintf=snprintf

$(MBEDTLS)/.sha256: tools/fetch-source tools/sources.txt | setup
	@$(fetch) mbedtls $(MBEDTLS)
$(MBEDTLS_SOURCES): | $(MBEDTLS)/.sha256 ;
