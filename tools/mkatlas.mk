# SPDX-License-Identifier: MIT
# The fonts, as C source below build/gen/: a program names those it uses among
# its sources, like $(B)/gen/font_ui.c.

FONT_DIR ?= /usr/share/fonts/truetype/dejavu

$(eval $(call hosttool,mkatlas,tools/mkatlas.c,freetype2))

# $1 name, $2 kind, $3 font file, $4 size, cell width and line height
define font
$(B)/gen/$1.c: $(B)/host/mkatlas tools/mkatlas.mk $(B)/compiler | setup
	@mkdir -p $$(@D)
	$$(call say,FONT,$$@)
	$$Q$(B)/host/mkatlas $2 $1 $$(call quote,$$(value FONT_DIR)/$3.ttf) $4 > $$(new) $$(kept)
endef
$(eval $(call font,font_ui,atlas,DejaVuSans,13 0 0))
$(eval $(call font,font_bold,atlas,DejaVuSans-Bold,13 0 0))
$(eval $(call font,font_head,atlas,DejaVuSans-Bold,16 0 0))
$(eval $(call font,font_mono,atlas,DejaVuSansMono,13 8 17))
$(eval $(call font,label_font,label,DejaVuSansMono-Bold,))
