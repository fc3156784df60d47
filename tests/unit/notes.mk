# SPDX-License-Identifier: MIT
# Unit test of the note store's core, with its real cryptography.
NOTES_TESTED := $(addprefix apps/secure/notes/,note.c note_draw.c editor.c) lib/core/cells.c \
	lib/core/draw.c lib/core/secret.c $(addprefix lib/draw/,draw.c font.c widget.c) \
	$(foreach f,font_ui font_bold font_head font_mono,$(B)/gen/$f.c) $(LIB_SEAL)
$(eval $(call unittest,notes_test,tests/unit/notes_test.c $(NOTES_TESTED),))
