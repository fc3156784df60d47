# SPDX-License-Identifier: MIT
# SIGN_ENGINE: what signs, apart from the user interface.
SIGN_ENGINE := $(addprefix apps/secure/mail-signer/,cert.c key.c cms.c smime.c rtc.c) \
	lib/base/random.c
$(eval $(call uses_mbedtls,$(SIGN_ENGINE)))
