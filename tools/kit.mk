# SPDX-License-Identifier: MIT
# For those who build apps of their own.

# A hybrid app that works, to be changed into another.
.PHONY: new-app
ifneq ($(filter new-app,$(MAKECMDGOALS)),)
BAD_NAME := $(call ask,DIR=$(call given,DIR) tools/new-app --check $(call given,NAME) $(PROGRAMS) \
	$(UNITTESTS))
ifneq ($(BAD_NAME),)
$(error $(BAD_NAME))
endif
endif
new-app:
	@DIR=$(call given,DIR) tools/new-app $(call given,NAME)

# Who uses whom, drawn.  dot comes with the package graphviz.
$(B)/graph/%.svg: FORCE $(B)/host/tcb
	@mkdir -p $(@D)
	@$(B)/host/tcb --graph $(firstword $(wildcard configs/$*.cfg tests/configs/$*.cfg)) \
		> $(new).dot && \
		dot -Tsvg -o $(new) $(new).dot && mv -f $(new).dot $(@:.svg=.dot) $(kept)

.PHONY: graph
graph: $(B)/graph/$(SCENARIO).svg
	@echo '$<'

# The figures of other systems, from their source packages: fetches some 1.3 GB.
.PHONY: baselines
baselines: $(B)/host/tcb
	@MIRROR=$(call given,MIRROR) tools/baselines > $(B)/baselines.txt
	@tools/replace $(B)/baselines.txt tcb-report/baselines.txt
	@cat tcb-report/baselines.txt
