# SPDX-License-Identifier: MIT
# zlib: decompression only.  LIB_ZLIB is what a posixprogram names among its LIBS.
ZLIB := $(B)/src/zlib
LIB_ZLIB := $(addprefix $(ZLIB)/,adler32.c crc32.c inffast.c inflate.c inftrees.c zutil.c)

$(eval $(call thirdparty,zlib,$(LIB_ZLIB),-DHAVE_UNISTD_H))
