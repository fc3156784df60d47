# SPDX-License-Identifier: MIT
$(eval $(call hosttool,mkvpn,tools/mkvpn.c,libconfig))
