# SPDX-License-Identifier: MIT
# Unit tests of the VPN: packet rings, ESP, the viaduct's decisions.
$(eval $(call unittest,packet_ring_test,tests/unit/packet_ring_test.c,))
