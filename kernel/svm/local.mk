# SPDX-License-Identifier: MIT
# The kernel with virtual machines: the same objects, and two more types of them.
SVM_OBJECTS := $(call objects,kernel,$(wildcard kernel/svm/*.c) kernel/svm/enter.S)
OBJECTS += $(SVM_OBJECTS)
$(SVM_OBJECTS): EXTRA = -O2 $(KERNEL_EXTRA)
$(eval $(call kernelprogram,kernel-svm,$(KERNEL_OBJECTS) $(SVM_OBJECTS)))
$(eval $(call kernelprogram,kernel-svm-debug,$(KERNEL_OBJECTS) $(SVM_OBJECTS) $(DEBUG_OBJECTS),\
	$(DEBUG_FLAGS)))
