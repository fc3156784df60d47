# SPDX-License-Identifier: MIT
# How things are compiled.  A component's local.mk calls one of
#   $(eval $(call program,NAME,SOURCES,LIBS))      build/target/NAME.elf
#   $(eval $(call hosttool,NAME,SOURCES,LIBS))     build/host/NAME
#   $(eval $(call unittest,NAME,SOURCES,LIBS))     build/unit/NAME, run by make test
# and kernel/local.mk has the rules of the kernel.  The arguments are
# SOURCES, .c and .S files relative to the top.  LIBS of a program are more
# such files; LIBS of the others are pkg-config names or -l options.  Each source
# is compiled once per variant, to build/VARIANT/PATH.o.  Further flags for some
# objects: `build/target/PATH/%.o: EXTRA = -Wno-...` in a local.mk.

# Whatever ends a build in the middle, no file is there by half: it is written under a
# name of the process's own, in one line of the shell, and moved to its place.  So two builds
# at once in one folder do the same twice and are in nobody's way.
new = $@.$$$$
kept = && mv -fT $(new) $@ || { rm -f $(new) $(new).*; exit 1; }
kept_if_new = && tools/replace $(new) $@ || { rm -f $(new); exit 1; }

V ?= 0
Q := $(if $(filter 0,$V),@)
say = @$(if $(filter 0,$V),printf '  %-7s %s\n' '$1' '$2',:)

CC := gcc
HOSTCC ?= $(CC)

# The moment all dates in the image show: builds are reproducible.
export SOURCE_DATE_EPOCH := 1767225600
export LC_ALL := C

WARN := -Wall -Wextra -Werror -Wshadow -Wundef -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wconversion -Wcast-qual
COMMON = -std=gnu17 $(if $(findstring clang,$(CC)),-fdouble-square-bracket-attributes) -g \
	$(call quote,-ffile-prefix-map=$(CURDIR)=.) -fno-common $(WARN)

# make for what others wrote, without our settings and options.  A line that names make itself
# would be run by make -n, too.
their_make = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL PWD=/proc/self/cwd $(MAKE) -s

# What else is compiled when settings change: all that is compiled depends on this file, which is
# written only then.
COMPILER := $(CC), $(HOSTCC), $(WARN), $(KERNEL_EXTRA), $(value FONT_DIR)
$(B)/compiler: $(if $(subst <$(COMPILER)>,,<$(call ask,cat $(B)/compiler 2> /dev/null)>),FORCE)
	@mkdir -p $(@D) && printf '%s\n' $(call quote,$(COMPILER)) > $(new) $(kept_if_new)

# Evaluated once, and only when something is compiled: by then gcc is installed.
GCC_INCLUDE = $(eval GCC_INCLUDE := $$(call ask,$(CC) -print-file-name=include))$(GCC_INCLUDE)

FREESTANDING = $(COMMON) -Os -ffreestanding -nostdinc -isystem $(GCC_INCLUDE) \
	-Ilib/base/include -Ikernel/include -fno-pic -fno-pie -mgeneral-regs-only \
	-ffunction-sections -fdata-sections -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fcf-protection=none
CFLAGS_target = $(FREESTANDING) -Ilib -mcmodel=small
CFLAGS_kernel = $(FREESTANDING) -Ikernel -mcmodel=kernel -mno-red-zone -fno-omit-frame-pointer
CFLAGS_host   = $(COMMON) -O1 -Ikernel/include -Ilib -I.
CFLAGS_unit   = $(COMMON) -O1 -Ikernel/include -Ilib -I. -fsanitize=address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_target = -nostdlib -static -Wl,--gc-sections,-z,noexecstack,-z,max-page-size=4096 \
	-Wl,--build-id=none,--fatal-warnings,--orphan-handling=error
LDFLAGS_kernel = -nostdlib -static -Wl,--gc-sections,-z,noexecstack,-z,max-page-size=4096 \
	-Wl,--build-id=none
LDFLAGS_host  =
LDFLAGS_unit  = -fsanitize=address,undefined

comma := ,
pkg_cflags = $(if $(strip $(PKGS)),$$(pkg-config --cflags $(PKGS)))
pkg_libs   = $(if $(strip $(PKGS)),$$(pkg-config --libs $(PKGS)))

compiled = -MD -MP -MF $(new).d -MT $@ -c -o $(new) $< && mv -fT $(new).d $(@:.o=.d) $(kept)

# The assembler would cut the option in COMMON at the first =, which may be in our folder's name.
# It believes PWD where that is true.
assemble = PWD=/proc/self/cwd $(CC) -ffile-prefix-map=/proc/self/cwd=.

# $1 variant
# What others wrote, in a folder of an app called foreign: our warnings are not theirs, either.
LENIENT := -w -Werror=implicit-function-declaration
lenient = $(if $(findstring /foreign/,$<),$(LENIENT))

define variant
$(B)/$1/%.o: %.c rules.mk $(B)/compiler | setup
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)
	$$Q$(CC) $$(CFLAGS_$1) $$(EXTRA) $$(lenient) $$(pkg_cflags) $$(compiled)
$(B)/$1/%.o: %.S rules.mk $(B)/compiler | setup
	@mkdir -p $$(@D)
	$$(call say,AS,$$<)
	$$Q$$(assemble) $$(CFLAGS_$1) $$(EXTRA) -D__ASSEMBLER__=1 $$(compiled)
endef
$(foreach v,target kernel host unit,$(eval $(call variant,$v)))

objects = $(patsubst %,$(B)/$1/%.o,$(basename $2))

# What every program is linked with besides its own.
PROGRAM_SOURCES := lib/sys/start.S lib/sys/startup.c \
	$(addprefix lib/base/,memory.c string.c string_more.c)
PROGRAM_SCRIPT := lib/sys/program.ld

# $1 objects: the sources and headers they were made of, one a line
sources_of = tools/sources $(patsubst %.o,%.d,$1)

# $1 name, $2 sources, $3 more sources.  init starts without lib/sys/startup.c:
# it sets init_NOSTART to have only what it names itself.
define program
PROGRAMS += $1
OBJECTS += $$(call objects,target,$2 $3 $$(if $$($1_NOSTART),,$(PROGRAM_SOURCES)))
$(B)/target/$1.elf: \
		$$(sort $$(call objects,target,$2 $3 $$(if $$($1_NOSTART),,$(PROGRAM_SOURCES)))) \
		$(PROGRAM_SCRIPT)
	$$(call say,LD,$$@)
	$$Q$(CC) $$(LDFLAGS_target) -T $(PROGRAM_SCRIPT) -o $$(new) $$(filter %.o,$$^) && \
	$$(call sources_of,$$(filter %.o,$$^)) > $$(new).srcs && \
	mv -fT $$(new).srcs $(B)/target/$1.srcs $$(kept)
endef

# $1 name, $2 sources, $3 pkg-config names and -l options, $4 variant
define hostprogram
OBJECTS += $$(call objects,$4,$2)
$$(call objects,$4,$2) $(B)/$4/$1: PKGS += $$(filter-out -%,$3)
$(B)/$4/$1: $$(sort $$(call objects,$4,$2)) | setup
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$Q$(HOSTCC) $$(LDFLAGS_$4) -o $$(new) $$(filter %.o,$$^) \
		$$(pkg_libs) $(filter -%,$3) $$(kept)
endef
hosttool = $(eval HOSTTOOLS += $1)$(call hostprogram,$1,$2,$3,host)
unittest = $(eval UNITTESTS += $1)$(call hostprogram,$1,$2,$3 -lcmocka,unit)

# A kernel is linked twice: the second time with the table of symbols that its
# epitaph prints names from.  $1 folder in $(B), $2 objects, $3 further linker flags
define kernelprogram
$(B)/$1/unnamed.elf: $2 $(B)/kernel/symbols-none.o kernel/kernel.ld
	@mkdir -p $$(@D)
	$$Q$(CC) $$(LDFLAGS_kernel) $3 -T kernel/kernel.ld -o $$(new) $$(filter %.o,$$^) $$(kept)
$(B)/$1/symbols.S: $(B)/$1/unnamed.elf tools/symbols
	@nm -n $$< | tools/symbols > $$(new) $$(kept)
$(B)/$1/symbols.o: $(B)/$1/symbols.S
	$$Q$$(assemble) $$(CFLAGS_kernel) -c -o $$(new) $$< $$(kept)
$(B)/$1/kernel.elf: $2 $(B)/$1/symbols.o kernel/kernel.ld
	$$(call say,LD,$$@)
	$$Q$(CC) $$(LDFLAGS_kernel) $3 -T kernel/kernel.ld -o $$(new) $$(filter %.o,$$^) && \
	$$(call sources_of,$2) > $$(new).srcs && mv -fT $$(new).srcs $(B)/$1/kernel.srcs $$(kept)
endef

fetch = MIRROR=$(call given,MIRROR) tools/fetch-source

# Third-party sources: $1 the name in tools/sources.txt, $2 sources below
# $(B)/src/NAME, $3 compiler flags for them.  Our warnings are not theirs, but an
# undeclared function would cut pointers to 32 bits.
define thirdparty
$(B)/src/$1/.sha256: tools/fetch-source tools/sources.txt | setup
	@$$(fetch) $1 $(B)/src/$1
$2: | $(B)/src/$1/.sha256 ;
$(foreach v,target posix host unit,$(patsubst %.c,$(B)/$v/%.o,$2)): | $(B)/src/$1/.sha256
$(foreach v,target posix host unit,$(patsubst %.c,$(B)/$v/%.o,$2)): \
	EXTRA += $(LENIENT) $3
endef

# libraries first: what they define is named by the others
LIB_FRAGMENTS := $(sort $(wildcard lib/*/*.mk tools/scenario/*.mk))
FRAGMENTS := $(LIB_FRAGMENTS) $(filter-out $(LIB_FRAGMENTS),$(sort $(wildcard \
	*/local.mk */*/local.mk apps/*/*/*.mk tests/apps/*/local.mk tools/*.mk tests/unit/*.mk)))
include $(filter-out $(B)/%,$(FRAGMENTS))
-include $(patsubst %.o,%.d,$(sort $(OBJECTS)))
