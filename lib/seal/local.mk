# SPDX-License-Identifier: MIT
# LIB_SEAL: seal.h with AES-GCM as the VPN has it, and PBKDF2.
LIB_SEAL := lib/seal/seal.c lib/base/random.c lib/base/arena.c $(LIB_MBEDTLS_GCM) \
	$(patsubst %,$(MBEDTLS_VPN)/library/%.c,md pkcs5 sha1 sha256)
# beyond what vpn.mk names
$(MBEDTLS_VPN)/library/pkcs5.c: | $(MBEDTLS_VPN) ;
$(eval $(call uses_mbedtls_vpn,lib/seal/seal.c $(MBEDTLS_VPN)/library/pkcs5.c))
$(call mbedtls_objects,$(MBEDTLS_VPN)/library/pkcs5.c): EXTRA += -DMBEDTLS_PKCS5_C -w
