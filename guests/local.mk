# SPDX-License-Identifier: MIT
# What a guest boots, out of Debian's packages: only for scenarios that have one.
GUEST_FILES := $(shell find guests -type f)
$(B)/guests/packages: $(GUEST_FILES) | setup
	@tools/setup guests
	@mkdir -p $(@D) && MIRROR=$(call given,MIRROR) guests/build $(@D)

.PHONY: guests
guests: $(B)/guests/packages
