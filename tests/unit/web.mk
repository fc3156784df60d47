# SPDX-License-Identifier: MIT
# Unit tests of the web page's server.
$(eval $(call unittest,web_door_test,tests/unit/web_door_test.c tools/web/door.c \
	tools/web/peer.c,nettle))
$(eval $(call unittest,web_frame_test,tests/unit/web_frame_test.c tools/web/frame.c))
