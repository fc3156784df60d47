# SPDX-License-Identifier: MIT
# musl as a static library whose system calls are functions of our back end, and
#   $(eval $(call posixprogram,NAME,SOURCES,LIBS))   build/target/NAME.elf
# for legacy programs on it: like `program` of rules.mk, but with a C library and
# with SSE.  Objects are those of a variant of their own, build/posix/PATH.o.
MUSL := $(B)/musl
MUSL_LIB := $(MUSL)/libc.a
# The last makes paths the same everywhere: their_make has the other name of the folder.
MUSL_CFLAGS = -g -fno-pie -fno-pic -fcf-protection=none -fno-stack-protector \
	-ffile-prefix-map=/proc/self/cwd=musl

$(eval $(call thirdparty,musl))

# musl's make writes in place: one at a time, and what was interrupted begins again.  Trees of
# apps have it in common ($(MUSL) is a link there): what it was compiled with stands in it.
musl_real = $$(realpath -m $(MUSL))
musl_alone = exec 9> "$(musl_real).lock" && flock 9; \
	[ ! -e $@ ] || [ $(call quote,$(CC)) != "$$(cat $(MUSL)/.cc 2> /dev/null)" ] || \
	[ -n "$$(find $(filter-out FORCE,$^) -newer $@)" ] || exit 0;
MUSL_OTHER = $(if $(subst <$(CC)>,,<$(call ask,cat $(MUSL)/.cc 2> /dev/null)>),FORCE)

# Patched, configured, with the generated headers.
$(MUSL)/.ready: $(B)/src/musl/.sha256 lib/musl/patch.sh lib/musl/syscall_arch.h lib/musl/date.c \
		$(MUSL_OTHER)
	$(call say,MUSL,$(MUSL))
	@$(musl_alone) lib/musl/patch.sh $(B)/src/musl $(MUSL) && cd $(MUSL) && \
	{ CC='$(CC)' CFLAGS='$(MUSL_CFLAGS)' ./configure --target=x86_64-linux-musl \
		--disable-shared --disable-wrapper --enable-optimize=size > configure.log 2>&1 || \
		{ tail -n 3 configure.log >&2; exit 1; }; } && \
	$(their_make) install-headers prefix=out > make.log 2>&1 && \
	printf '%s\n' $(call quote,$(CC)) > .cc && touch .ready

# no instruction that asks a kernel for something may be left
$(MUSL_LIB): $(MUSL)/.ready
	$(call say,MUSL,$@)
	@$(musl_alone) cd $(MUSL) && rm -rf obj/src lib/libc.a && \
	{ $(their_make) -j2 lib/libc.a AR=ar RANLIB=ranlib > make.log 2>&1 || \
		{ grep -m 3 error make.log >&2; exit 1; }; } && \
	! objdump -d lib/libc.a | grep -m 1 -P '\t(syscall|sysenter|int +\$$0x80)' && \
	mv lib/libc.a libc.a

CFLAGS_posix = $(COMMON) -Os -nostdinc -isystem $(MUSL)/out/include -isystem $(GCC_INCLUDE) \
	-Ikernel/include -Ilib -I. -fno-pic -fno-pie -mcmodel=small -ffunction-sections \
	-fdata-sections -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none
$(eval $(call variant,posix))

POSIX_SOURCES := $(addprefix lib/musl/,entry.S start.c backend.c console.c files.c memory.c \
	pages.c signals.c) lib/sys/startup.c
POSIX_SCRIPT := lib/musl/program.ld

# $1 name, $2 sources, $3 more sources
define posixprogram
PROGRAMS += $1
OBJECTS += $$(call objects,posix,$2 $3 $(POSIX_SOURCES))
$$(call objects,posix,$2 $3 $(POSIX_SOURCES)): | $(MUSL)/.ready
$(B)/target/$1.elf: $$(sort $$(call objects,posix,$2 $3 $(POSIX_SOURCES))) \
	$(POSIX_SCRIPT) $(MUSL_LIB) lib/musl/sources.sh
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$Q$(CC) $$(LDFLAGS_target) -Wl,-Map=$$(new).map -T $(POSIX_SCRIPT) \
		-o $$(new) $$(filter %.o,$$^) $(MUSL_LIB) && \
	{ $$(call sources_of,$$(filter %.o,$$^)); lib/musl/sources.sh $(MUSL) $$(new).map; } \
		> $$(new).srcs && \
	mv -f $$(new).map $$@.map && mv -f $$(new).srcs $(B)/target/$1.srcs $$(kept)
endef
