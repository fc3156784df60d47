# SPDX-License-Identifier: MIT
# Root programs of their own, booted in place of init.
ktest_NOSTART := 1
kbench_NOSTART := 1
KTEST_COMMON := tests/kernel/env.c lib/sys/start.S lib/base/memory.c lib/base/string.c
$(eval $(call program,kbench,tests/kernel/bench.c,$(KTEST_COMMON)))

$(B)/kbench.img: $(B)/target/kbench.elf $(B)/host/mkinit
	$Q$(B)/host/mkinit $< $@

$(B)/root.cfg:
	@printf '%s\n' 'set timeout=0' 'multiboot2 /boot/kernel' 'module2 /boot/init.img init' 'boot' > $@

$(B)/kbench.iso: $(B)/kernel/kernel.elf $(B)/kbench.img $(B)/root.cfg tools/mkiso
	$(call say,ISO,$@)
	$Qtools/mkiso $@ $(B)/kernel/kernel.elf $(B)/kbench.img /dev/null $(B)/root.cfg
