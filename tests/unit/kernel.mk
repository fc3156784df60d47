# SPDX-License-Identifier: MIT
# Unit tests of the kernel's machine-independent parts.
KERNEL_WORLD := tests/unit/kernel_world.c $(addprefix kernel/,frame.c node.c cap.c space.c port.c \
	object.c factory.c task.c)
$(eval $(call unittest,kernel_tree_test,tests/unit/kernel_tree_test.c $(KERNEL_WORLD)))
$(eval $(call unittest,kernel_node_test,tests/unit/kernel_node_test.c kernel/node.c))
$(eval $(call unittest,kernel_heap_test,tests/unit/kernel_heap_test.c kernel/heap.c))
$(eval $(call unittest,kernel_sched_test,tests/unit/kernel_sched_test.c kernel/scheduler.c \
	kernel/heap.c))
$(B)/unit/kernel/scheduler.o $(B)/unit/tests/unit/kernel_sched_test.o: \
	EXTRA = -Itests/fuzz/machine -Ikernel
$(eval $(call unittest,kernel_acpi_test,tests/unit/kernel_acpi_test.c))
$(eval $(call unittest,kernel_clock_test,tests/unit/kernel_clock_test.c))
$(eval $(call unittest,kernel_start_test,tests/unit/kernel_start_test.c $(B)/gen/label_font.c))
$(B)/unit/kernel/%.o: EXTRA = -Ikernel -include tests/unit/kernel_host.h
$(B)/unit/tests/unit/kernel_%.o: EXTRA = -Ikernel
