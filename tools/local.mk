# SPDX-License-Identifier: MIT
$(eval $(call hosttool,mkinit,tools/mkinit.c tools/elf_file.c))
