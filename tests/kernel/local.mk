# SPDX-License-Identifier: MIT
# Root programs of their own, booted in place of init.
ktest_NOSTART := 1
kbench_NOSTART := 1
klatency_NOSTART := 1
khostile_NOSTART := 1
kscale_NOSTART := 1
kstorm_NOSTART := 1
kcrash_NOSTART := 1
klines_NOSTART := 1
kguest_NOSTART := 1
KTEST_COMMON := tests/kernel/env.c lib/sys/start.S lib/base/memory.c lib/base/string.c
KTESTS := ktest tables task thread ipc gone ends items signal irq semaphore factory memory port \
	cap fault sched pay clock fpu sweep restart fuzz
$(eval $(call program,kcrash,tests/kernel/crash.c,$(KTEST_COMMON)))
$(eval $(call program,kbench,tests/kernel/bench.c,$(KTEST_COMMON)))
$(eval $(call program,klatency,tests/kernel/latency.c tests/kernel/sampler.c,$(KTEST_COMMON)))
$(eval $(call program,khostile,tests/kernel/hostile.c tests/kernel/sampler.c,$(KTEST_COMMON)))
$(eval $(call program,klines,tests/kernel/lines.c,$(KTEST_COMMON)))
$(eval $(call program,kscale,tests/kernel/scale.c,$(KTEST_COMMON)))
$(eval $(call program,kstorm,tests/kernel/storm.c,$(KTEST_COMMON)))
KGUESTS := ktest guest_tables machine guest vcpu vmm
$(eval $(call program,kguest,$(KGUESTS:%=tests/kernel/%.c),$(KTEST_COMMON)))
$(eval $(call program,ktest,$(KTESTS:%=tests/kernel/%.c),$(KTEST_COMMON)))

ROOT_PROGRAMS := kbench kcrash kguest khostile klatency klines kscale kstorm ktest
$(ROOT_PROGRAMS:%=$(B)/%.img): $(B)/%.img: $(B)/target/%.elf $(B)/host/mkinit
	$Q$(B)/host/mkinit $< $(new) $(kept)

$(B)/root.cfg:
	@mkdir -p $(@D)
	@printf '%s\n' 'set timeout=0' 'multiboot2 /boot/kernel' 'module2 /boot/init.img init' \
		'boot' > $(new) $(kept)

# kguest on the kernel that has guests
$(ROOT_PROGRAMS:%=$(B)/%.iso): ROOT_KERNEL = $(B)/kernel/kernel.elf
$(B)/kguest.iso: ROOT_KERNEL = $(B)/kernel-svm/kernel.elf
$(B)/kguest.iso: $(B)/kernel-svm/kernel.elf
$(ROOT_PROGRAMS:%=$(B)/%.iso): $(B)/%.iso: $(B)/kernel/kernel.elf $(B)/%.img $(B)/root.cfg \
		tools/mkiso
	$(call say,ISO,$@)
	$Qtools/mkiso $(new) $(ROOT_KERNEL) $(B)/$*.img /dev/null $(B)/root.cfg $(kept)

# a kernel that finds x2APIC switched on
X2APIC_OBJECTS := $(KERNEL_OBJECTS) $(call objects,kernel,tests/kernel/x2apic.S)
$(eval $(call kernelprogram,kernel-x2apic,$(X2APIC_OBJECTS),-Wl$(comma)-e$(comma)x2apic_start))
