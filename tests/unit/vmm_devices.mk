# SPDX-License-Identifier: MIT
# Unit tests of the VMM's PCI and virtio devices.
VIRTIO_TESTED := tests/unit/virtio_world.c $(addprefix vmm/,pci.c virtio_ring.c virtio.c \
	virtio_console.c virtio_input.c virtio_block.c virtio_net.c)
$(eval $(call unittest,virtio_device_test,tests/unit/virtio_device_test.c $(VIRTIO_TESTED),))
$(eval $(call unittest,virtio_random_test,tests/unit/virtio_random_test.c $(VIRTIO_TESTED),))
