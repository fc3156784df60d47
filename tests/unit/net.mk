# SPDX-License-Identifier: MIT
# Unit tests of the network: rings, multiplexer, virtqueue, PCI functions, IOMMU.
$(eval $(call unittest,net_ring_test,tests/unit/net_ring_test.c,))
$(eval $(call unittest,nic_mux_test,tests/unit/nic_mux_test.c tests/unit/nic_mux_world.c \
	nic-mux/mux.c,))
$(eval $(call unittest,nic_mux_model_test,tests/unit/nic_mux_model_test.c \
	tests/unit/nic_mux_world.c nic-mux/mux.c,))
$(eval $(call unittest,nic_queue_test,tests/unit/nic_queue_test.c nic-drv/queue.c,))
$(eval $(call unittest,pci_function_test,tests/unit/pci_function_test.c pci/function.c,))
$(eval $(call unittest,pci_iommu_test,tests/unit/pci_iommu_test.c pci/iommu.c,))
$(eval $(call unittest,scenario_net_test,tests/unit/scenario_net_test.c \
	$(addprefix tools/,plan_build.c plan_lay.c plan_parts.c plan_check.c plan_check_nest.c \
	plan_nest.c plan_quota.c elf_file.c) \
	$(LIB_SCENARIO),libconfig))
