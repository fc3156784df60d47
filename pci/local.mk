# SPDX-License-Identifier: MIT
$(eval $(call program,pci,pci/main.c pci/function.c pci/iommu.c,))
