# SPDX-License-Identifier: MIT
$(eval $(call hosttool,mkvpn,tools/mkvpn.c tools/vpn_setting.c $(LIB_SCENARIO),libconfig))
$(eval $(call hosttool,mkike,tools/mkike.c tools/vpn_setting.c $(LIB_SCENARIO) \
	apps/secure/ike/config.c,libconfig))
