# SPDX-License-Identifier: MIT
# FreeType for legacy programs: TrueType fonts, smooth rendering.  LIB_FREETYPE is
# what a posixprogram names among its LIBS, $(call uses_freetype,SOURCES) makes
# known who includes its headers.  The build host's own FreeType makes atlases.
FREETYPE := $(B)/src/freetype
LIB_FREETYPE := $(addprefix $(FREETYPE)/src/,base/ftbase.c base/ftdebug.c base/ftinit.c \
	base/ftsystem.c sfnt/sfnt.c smooth/smooth.c truetype/truetype.c)
FREETYPE_FLAGS := -isystem $(FREETYPE)/include -DFT_CONFIG_MODULES_H='<freetype/modules.inc>' \
	-DFT_CONFIG_OPTIONS_H='<freetype/options.h>'

uses_freetype = $(eval $(call freetype_user,$(patsubst %.c,$(B)/posix/%.o,$1)))
define freetype_user
$1: EXTRA += $(FREETYPE_FLAGS)
$1: | $(FREETYPE)/.sha256
endef

$(eval $(call thirdparty,freetype,$(LIB_FREETYPE),-DFT2_BUILD_LIBRARY))
$(call uses_freetype,$(LIB_FREETYPE))
