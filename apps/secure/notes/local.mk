# SPDX-License-Identifier: MIT
# NOTE: all of the core but its sessions.
NOTE := $(addprefix apps/secure/notes/,note.c note_draw.c editor.c)
$(eval $(call program,notes,apps/secure/notes/main.c $(NOTE),lib/core/drag.c $(LIB_CORE) \
	$(LIB_SEAL)))
