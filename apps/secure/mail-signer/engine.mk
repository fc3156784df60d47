# SPDX-License-Identifier: MIT
# SIGN_ENGINE: what signs, apart from the user interface.
SIGN_ENGINE := $(addprefix apps/secure/mail-signer/,cert.c key.c pbkdf2.c cms.c smime.c) \
	lib/base/random.c lib/base/rtc.c
$(eval $(call uses_mbedtls,$(SIGN_ENGINE)))
