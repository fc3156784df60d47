# SPDX-License-Identifier: MIT
# Unit tests of the note store's core, with its real cryptography.
NOTES_TESTED := $(addprefix apps/secure/notes/,note.c note_draw.c editor.c) lib/core/cells.c \
	lib/core/draw.c lib/core/secret.c $(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head font_mono,$(B)/gen/$f.c) $(LIB_SEAL)
$(eval $(call unittest,notes_test,tests/unit/notes_test.c $(NOTES_TESTED),))
$(eval $(call unittest,notes_picture_test,tests/unit/notes_picture_test.c tests/unit/picture.c \
	tests/unit/toy_font.c $(filter-out $(B)/gen/%,$(NOTES_TESTED)),))
$(eval $(call unittest,seal_test,tests/unit/seal_test.c $(LIB_SEAL),))
