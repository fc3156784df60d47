# SPDX-License-Identifier: MIT
# For those who build apps of their own.

# A hybrid app that works, to be changed into another.
.PHONY: new-app
ifneq ($(filter new-app,$(MAKECMDGOALS)),)
BAD_NAME := $(shell tools/new-app --check '$(subst ','\'',$(NAME))' $(PROGRAMS) $(UNITTESTS))
ifneq ($(BAD_NAME),)
$(error $(BAD_NAME))
endif
endif
new-app:
	@tools/new-app '$(NAME)'
