# SPDX-License-Identifier: MIT
# NOTES_LIST: the list without the way in which notes are opened.
NOTES_LIST := $(addprefix apps/legacy/notes-list/,list.c list_draw.c) apps/legacy/mail/uart.c \
	apps/legacy/viewer/typeface.c $(LIB_FREETYPE) lib/core/window.c lib/core/drag.c \
	$(addprefix lib/draw/,draw.c font.c widget.c) $(foreach f,font_ui font_bold,$(B)/gen/$f.c)
$(eval $(call posixprogram,notes-list,apps/legacy/notes-list/main.c,$(NOTES_LIST)))

# The program before the split.  Its cryptography is that of the core, compiled for
# the C library.
NOTES_SEAL := $(LIB_SEAL)
$(patsubst %.c,$(B)/posix/%.o,$(filter-out lib/base/%,$(NOTES_SEAL))): EXTRA += \
	$(MBEDTLS_VPN_FLAGS) -w
$(patsubst %.c,$(B)/posix/%.o,$(filter-out lib/base/%,$(NOTES_SEAL))): | $(MBEDTLS_VPN)
$(B)/posix/$(MBEDTLS_VPN)/library/pkcs5.o: EXTRA += -DMBEDTLS_PKCS5_C
$(eval $(call posixprogram,notes-alone,apps/legacy/notes-alone/main.c,$(NOTES_LIST) \
	$(addprefix apps/secure/notes/,note.c note_draw.c editor.c) $(NOTES_SEAL) \
	lib/core/cells.c lib/core/draw.c lib/core/secret.c \
	$(foreach f,font_head font_mono,$(B)/gen/$f.c)))
