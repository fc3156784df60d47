# SPDX-License-Identifier: MIT
$(eval $(call hosttool,outbox,tools/outbox.c tools/outbox_stream.c,))
