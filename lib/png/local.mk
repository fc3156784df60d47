# SPDX-License-Identifier: MIT
# libpng, reading only, configured by read.dfa.  LIB_PNG is what a posixprogram
# names among its LIBS, $(call uses_png,SOURCES) makes known who includes png.h.
PNG := $(B)/src/libpng1.6
PNG_CONFIG := $(B)/gen/png
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

$(PNG_CONFIG)/pnglibconf.h: $(PNG)/.sha256 $(B)/src/zlib/.sha256 lib/png/read.dfa
	$(call say,PNG,$@)
	@mkdir -p $(@D)
	@$(MAKE) -s -C $(@D) MAKEFLAGS= -f $(abspath $(PNG))/scripts/pnglibconf.mak AWK=awk \
		'CPP=$(CC) -E' CPPFLAGS=-I$(abspath $(B)/src/zlib) srcdir=$(abspath $(PNG)) DFA_XTRA=$(abspath lib/png/read.dfa) \
		pnglibconf.h > $(@D)/log 2>&1 || { tail -n 3 $(@D)/log >&2; exit 1; }
