# SPDX-License-Identifier: MIT
# libpng, reading only, configured by read.dfa.  LIB_PNG is what a posixprogram
# names among its LIBS, $(call uses_png,SOURCES) makes known who includes png.h.
PNG := $(B)/src/libpng1.6
PNG_CONFIG := $(B)/gen/png
# from there to here, without the name of a folder that may have spaces
PNG_FROM := ../../../src/libpng1.6
PNG_OWN := $(addprefix $(PNG)/,png.c pngerror.c pngget.c pngmem.c pngread.c pngrio.c pngrtran.c \
	pngrutil.c pngset.c pngtrans.c)
LIB_PNG = $(PNG_OWN) $(LIB_ZLIB)
PNG_FLAGS := -isystem $(PNG_CONFIG) -isystem $(PNG) -isystem $(B)/src/zlib

uses_png = $(eval $(call png_user,$(patsubst %.c,$(B)/posix/%.o,$1)))
define png_user
$1: EXTRA += $(PNG_FLAGS)
$1: | $(PNG_CONFIG)/pnglibconf.h $(B)/src/zlib/.sha256
endef

$(eval $(call thirdparty,libpng1.6,$(PNG_OWN)))
$(call uses_png,$(PNG_OWN))

$(PNG_CONFIG)/pnglibconf.h: $(PNG)/.sha256 $(B)/src/zlib/.sha256 lib/png/read.dfa $(B)/compiler
	$(call say,PNG,$@)
	@mkdir -p $(@D)
	@rm -rf $(new).d && mkdir $(new).d && cp lib/png/read.dfa $(new).d && \
	{ $(their_make) -C $(new).d -f $(PNG_FROM)/scripts/pnglibconf.mak \
		AWK=awk 'CPP=$(CC) -E' \
		CPPFLAGS=-I$(PNG_FROM)/../zlib srcdir=$(PNG_FROM) DFA_XTRA=read.dfa \
		pnglibconf.h > $(new).d/log 2>&1 || { tail -n 3 $(new).d/log >&2; exit 1; }; } && \
	mv -f $(new).d/pnglibconf.h $(new) && rm -rf $(new).d $(kept)
