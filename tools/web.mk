# SPDX-License-Identifier: MIT
# What make run shows where there is no display: a server, and the page's files
# in $(B)/web: ours, and those parts of noVNC that ours use.
WEB_SOURCES := $(addprefix tools/web/,webscreen.c page.c tunnel.c frame.c door.c peer.c strangers.c)
$(eval $(call hosttool,webscreen,$(WEB_SOURCES),libmicrohttpd nettle -pthread))

$(B)/src/novnc/.sha256: tools/fetch-source tools/sources.txt | setup
	@$(fetch) novnc $(B)/src/novnc

WEB_FILES := $(addprefix tools/web/,index.html page.css page.js pointer.js)
$(B)/web/made: $(WEB_FILES) $(B)/src/novnc/.sha256 tools/web.mk
	@why=$$({ rm -rf $(@D).$$$$ && mkdir -p $(@D).$$$$/vendor && cp $(WEB_FILES) $(@D).$$$$ && \
		cp -r $(B)/src/novnc/core $(@D).$$$$/core && \
		cp -r $(B)/src/novnc/vendor/pako $(@D).$$$$/vendor/pako && \
		touch $(@D).$$$$/made; } 2>&1) || \
		{ rm -rf $(@D).$$$$; echo "$$why" | head -n 1 >&2; exit 1; }; \
		exec 9> $(@D).lock && flock 9 && rm -rf $(@D) && mv $(@D).$$$$ $(@D)
