# SPDX-License-Identifier: MIT
$(eval $(call hosttool,mkvpn,tools/mkvpn.c tools/vpn_setting.c,libconfig))
$(eval $(call hosttool,mkike,tools/mkike.c tools/vpn_setting.c apps/secure/ike/config.c,libconfig))
