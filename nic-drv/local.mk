# SPDX-License-Identifier: MIT
$(eval $(call program,nic-drv,nic-drv/main.c nic-drv/virtio.c nic-drv/queue.c,))
$(eval $(call program,nic-ne2k,nic-drv/main.c nic-drv/ne2k.c,))
