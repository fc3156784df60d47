# SPDX-License-Identifier: MIT
# Unit tests of the POSIX layer and the viewer.

$(eval $(call unittest,pages_test,tests/unit/pages_test.c lib/musl/pages.c))
VIEWER_TEXT := $(addprefix apps/legacy/viewer/,document.c inline.c markdown.c path.c contents.c)
$(eval $(call unittest,viewer_markdown_test,tests/unit/viewer_markdown_test.c $(VIEWER_TEXT)))
$(eval $(call unittest,viewer_layout_test,tests/unit/viewer_layout_test.c $(VIEWER_TEXT) \
	$(addprefix apps/legacy/viewer/,flow.c layout.c ui.c) $(addprefix lib/draw/,draw.c font.c \
	widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)))
$(eval $(call unittest,viewer_picture_test,tests/unit/viewer_picture_test.c \
	apps/legacy/viewer/picture.c apps/legacy/viewer/album.c,libpng))
$(eval $(call unittest,stretch_test,tests/unit/stretch_test.c apps/legacy/backdrop/stretch.c))
