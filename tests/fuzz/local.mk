# SPDX-License-Identifier: MIT
# The kernel's own code on the host, around a model of the processor: a fuzzer,
# and directed tests (kernel_*_test).  See README.md.
CFLAGS_fuzz = -Itests/fuzz/machine -Itests/fuzz -Ikernel $(CFLAGS_unit) -Dsyscall=kernel_syscall
LDFLAGS_fuzz = $(LDFLAGS_unit) -no-pie $(patsubst %,-Wl$(comma)--wrap=%,frame_alloc frame_free \
	factory_alloc factory_free object_init)
FUZZ_KERNEL := $(addprefix kernel/,class.c frame.c heap.c node.c cap.c space.c port.c object.c \
	factory.c task.c thread.c ipc.c scheduler.c source.c gate.c signal.c irq.c sema.c vcon.c \
	syscall.c fastpath.c x86/io.c x86/switch.c x86/trap.c)
FUZZ_WORLD := $(addprefix tests/fuzz/,machine.c pool.c check_quota.c check_spaces.c \
	check_threads.c world.c)
$(eval $(call variant,fuzz))
$(call objects,fuzz,$(FUZZ_KERNEL)): EXTRA = -fno-pie -fsanitize-coverage=trace-pc
$(call objects,fuzz,$(filter tests/%,$(FUZZ_WORLD))): EXTRA = -fno-pie
# allocates with wrappers around it (pool.c), but for one call within it
$(B)/fuzz/kernel/factory.o: EXTRA = -fno-pie -fsanitize-coverage=trace-pc -fno-sanitize=address
$(B)/fuzz/tests/fuzz/cover.o: EXTRA = -fno-pie -O2 -fno-sanitize=all
$(eval $(call hostprogram,fuzz,$(FUZZ_KERNEL) $(FUZZ_WORLD) \
	$(addprefix tests/fuzz/,fuzz.c cover.c program.c user.c),,fuzz))

# A short run among the unit tests; make fuzz is the long one.
UNITTESTS += kernel_fuzz_test
$(B)/unit/kernel_fuzz_test: $(B)/fuzz/fuzz
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec %s --tap --invocations=400000 --failure=%s/kernel_fuzz.failure\n' \
		$(B)/fuzz/fuzz $(B)/fuzz > $(new) && chmod +x $(new) $(kept)

# Directed tests in the same world.
$(eval $(call hostprogram,kernel_threads_test,$(FUZZ_KERNEL) $(FUZZ_WORLD) tests/fuzz/cover.c \
	tests/unit/kernel_threads_test.c,-lcmocka,fuzz))
UNITTESTS += kernel_threads_test
$(B)/unit/kernel_threads_test: $(B)/fuzz/kernel_threads_test
	@mkdir -p $(@D)
	@cp $< $(new) $(kept)

.PHONY: fuzz
fuzz: $(B)/fuzz/fuzz
	@$< --invocations=$(INVOCATIONS) --seed=$(SEED) --failure=$(B)/fuzz/failure
INVOCATIONS ?= 10000000
SEED ?= 1
