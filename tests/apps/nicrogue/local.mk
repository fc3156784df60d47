# SPDX-License-Identifier: MIT
# The hostile driver is the real one but for its main.c.
$(eval $(call program,nicrogue,tests/apps/nicrogue/main.c nic-drv/virtio.c nic-drv/queue.c,))
