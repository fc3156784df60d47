# SPDX-License-Identifier: MIT
# Everything one can ask for; `make` alone prints it.  How things are compiled
# is in rules.mk, what they are made of in the local.mk of each folder.

# What is on the command line, before anything here could hide it.  What checks it is no setting.
override GIVEN := $(foreach v,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $v))),$v))
MAKEFLAGS += -rR --no-print-directory
# -p: shell functions and start files that the environment names do not count
override SHELL := /bin/bash
override .SHELLFLAGS := -p -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Settings come from the command line only: of the environment nothing stays but what
# the machine's own programs need (MAIL=/var/mail/you of a login is no setting).
override KEPT := PATH HOME USER LOGNAME TERM SHELL TMPDIR LD_PRELOAD LD_LIBRARY_PATH FAKETIME% \
	APT_CONFIG %_proxy %_PROXY DISPLAY WAYLAND_DISPLAY XAUTHORITY XDG_RUNTIME_DIR \
	DBUS_SESSION_BUS_ADDRESS GDK_%
$(foreach v,$(filter-out $(KEPT) MAKE% .%,$(.VARIABLES)),$(if $(findstring environment,$(origin \
	$v)),$(eval override undefine $v)))
# a folder for temporary files that is not there would stop every tool
ifeq ($(wildcard $(value TMPDIR)/.),)
override undefine TMPDIR
endif

# Those of tests, and of their long forms: tests/README.md.
override TEST_SETTINGS := LAYERS JOBS HANG SEED ROUNDS IKE_ROUNDS INVOCATIONS MUTANT_INVOCATIONS \
	RESTARTS VPN_MEGABYTES
# All settings there are.
override SETTINGS := ACCEL APP B CC CERT COMPARE DEBUG DIR FONT_DIR HOSTCC \
	KERNEL_EXTRA KEY LAYOUT MAIL MEM MIRROR MODE NAME NOTES O OUT SCENARIO TAPS UEFI V \
	VERIFY VPN WARN $(TEST_SETTINGS)

# $1 as one word of a shell command; a setting as it was written, likewise
override quote = '$(subst ','\'',$1)'
override given = $(call quote,$(value $1))
shell_special := ' " $$ & ( ) ; < > | * ? [ ] \# ~ ! ` { } \ =
quote_if_needed = $(if $(strip $(word 2,$1) \
	$(foreach c,$(shell_special),$(findstring $c,$1))),$(call quote,$1),$1)
# a path as it is from everywhere
here = $(if $(filter /%,$1),$1,$(CURDIR)/$1)
# What a command prints.  make gives those of $(shell) its own environment.
override ask = $(shell env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C $1)

B := build
SCENARIO ?= mail-signer
MODE ?= 1024x768
ACCEL ?= tcg
MEM ?= 128M
LAYOUT ?= us

# make itself loses lines' ends on some ways and begins a new command on others
override define LINE_END


endef
$(foreach s,$(GIVEN) MAKECMDGOALS,$(if $(findstring $(LINE_END),$(value $s)),$(error \
	$s: there is a line's end in it)))

override ABSENT := $(shell for p in env sed grep find stat awk sort; do command -v $$p > /dev/null \
	|| echo $$p; done)
$(if $(ABSENT),$(error PATH=$(value PATH): there is no $(firstword $(ABSENT)) in it: say \
	PATH=/usr/bin:/bin make))

# Bad arguments: one line, before anything is built.  Those that are good are called so, or else
# what cannot be checked would be good, too.
override CHECKED := $(call ask,MAKELEVEL=$(MAKELEVEL) MAKEFILES=$(call quote,$(MAKEFILES)) \
	$(foreach s,$(SETTINGS),$s=$(call given,$s)) SETTINGS='$(SETTINGS)' \
	GIVEN=$(call quote,$(GIVEN)) GOALS=$(call quote,$(MAKECMDGOALS)) \
	FLAGS=$(call quote,$(firstword -$(MAKEFLAGS))) tools/check-args)
ifneq ($(CHECKED),good)
$(if $(wildcard tools/check-args),,$(error there is no tools/check-args in $(CURDIR): make works \
	in the folder of its Makefile only (make -C folder)))
$(if $(call ask,tools/tree --path . > /dev/null 2>&1; [ $$? -ge 126 ] && echo none),\
	$(error the programs in tools/ do not run in $(CURDIR): either the file system is mounted \
	noexec, or their permissions or ends of lines were lost on the way here; get them by git \
	clone or as a tar file, into a folder elsewhere))
$(error $(or $(CHECKED),the settings cannot be checked: what is said above is why))
endif
# From here on they are text: what looks like a word of make in them is none.
$(foreach s,$(GIVEN),$(eval override $s := $$(value $s)))
# both at once would be in each other's way
$(if $(filter clean,$(MAKECMDGOALS)),$(eval .NOTPARALLEL:))

ifneq ($(APP)$(O),)
# Made elsewhere: tools/tree makes a folder with this tree in it (O=), or with this tree and
# the files of an app laid over it (APP=).  Paths are those of here.
PLACES := CERT DIR FONT_DIR KEY MAIL MIRROR NOTES VPN
.PHONY: ELSEWHERE $(MAKECMDGOALS)
$(or $(MAKECMDGOALS),help): ELSEWHERE ;
ELSEWHERE:
	@tree=$$($(if $(filter SCENARIO,$(GIVEN)),SCENARIO='$(SCENARIO)') \
		tools/tree $(call given,O) $(call given,APP)) || exit 1; \
	$(MAKE) -C "$$tree" O= $(if $(O),,APP= SCENARIO="$${tree##*/}") $(foreach p,$(if $(O),APP) \
		$(PLACES),$(if $(filter $p,$(GIVEN)),$p="$$(tools/tree --path $(call given,$p))")) \
		$(MAKECMDGOALS)
else

# A scenario is a file in configs/; tests/configs/ holds those only tests use.
SCENARIOS := $(sort $(call ask,ls configs | sed -n 's/^\([a-z0-9][a-z0-9_-]*\)\.cfg$$/\1/p'))
CFG = $(firstword $(wildcard configs/$(SCENARIO).cfg tests/configs/$(SCENARIO).cfg))
OUT ?= $(B)/$(SCENARIO)$(if $(DEBUG),-debug)
KERNEL = $(B)/kernel$(if $(DEBUG),-debug)/kernel.elf

include rules.mk

# Installs missing packages; needed before any tool is called, so everything
# built has it as an order-only prerequisite.
.PHONY: setup FORCE
setup:
	@tools/setup
FORCE:

.PHONY: help
help:
	@echo 'make run [SCENARIO=$(SCENARIO)]   boot a scenario in QEMU (MODE=1280x1024,' \
		'MEM=64M, ACCEL=kvm,'
	@echo '                                 UEFI=1 instead of a BIOS,'
	@echo '                                 LAYOUT=us, uk or de, MAIL=file or folder,'
	@echo '                                 KEY=key.pem CERT=cert.pem, NOTES=folder;'
	@echo '                                 VPN=file TAPS="card=interface ...": docs/vpn.md)'
	@echo 'make test                        all tests; the last line is "N passed, N failed"'
	@echo 'make test-long                   the long forms of some of them: hours' \
		'(tests/README.md)'
	@echo 'make list                        the scenarios'
	@echo 'make image SCENARIO=x            only build/x/image.iso'
	@echo 'make qemu-args SCENARIO=x        print the QEMU options it needs'
	@echo 'make plan SCENARIO=x             print the expanded scenario'
	@echo 'make tcb [SCENARIO=x]            what each security goal rests on: build/tcb/;' \
		'what a TPM'
	@echo '                                 holds after a measured boot'
	@echo 'make tcb COMPARE=revision        also what has grown since, and by which file'
	@echo 'make tcb VERIFY=1                also that tasks really hold what the plan says'
	@echo 'make sizes SCENARIO=x            what memory, stack and quota each component used'
	@echo 'make graph SCENARIO=x            who uses whom, drawn: build/graph/x.svg'
	@echo 'make new-app NAME=x              a hybrid app, ready to edit (docs/build-an-app.md)'
	@echo 'make ... APP=folder              the same with an app kept elsewhere' \
		'(new-app NAME=x DIR=folder)'
	@echo 'make bench                       the figures of speed and size'
	@echo 'make fuzz [SEED=n]               random system calls against the kernel on the host'
	@echo 'make gdb SCENARIO=x              boot it under the debugger,' \
		'with macros for kernel objects'
	@echo 'make run DEBUG=1                 with the debug console: Ctrl-K in the terminal'
	@echo 'make screenshots                 take the pictures in docs/ again'
	@echo 'make check, make style           other compiler and linters;' \
		'length of files and functions'
	@echo 'make clean                       remove build/ (but not downloaded sources)'
	@echo 'make ... O=folder                the same, made there:' \
		'for a tree that you cannot write'
	@echo 'make ... MIRROR=folder           pinned sources are there, too, or at an address'
	@echo 'Settings count on the command line only; the environment (MAIL, CC, ...) does not.'

.PHONY: list
list:
	@for s in $(SCENARIOS); do \
		sed -n "s/^title *= *\"\\(.*\\)\";.*/$$s - \\1/p" configs/$$s.cfg; done

.PHONY: clean
clean:
	@for f in $(B)/*; do case $$f in */dl | */apt) ;; *) rm -rf "$$f" ;; esac; done

# The image.  Modules and plan are remade each time, which is quick, and
# replaced only when they differ, so that the ISO is not.
PROGRAM_NAMES = $(call ask,tools/programs $(CFG))
SCENARIO_ELFS = $(patsubst %,$(B)/target/%.elf,$(PROGRAM_NAMES))

.PHONY: image
image: $(OUT)/image.iso

.PHONY: plan
plan: $(OUT)/plan
	@$(B)/host/mkplan --print $(CFG) --build $(B) --modules $(OUT)/modules \
		$(foreach p,$(PROGRAM_NAMES),--program $p=$(B)/target/$p.elf)

ifneq ($(CFG),)
$(OUT)/modules: FORCE | setup $(B)/host/mkvpn $(B)/host/mkike
	@mkdir -p $(@D) && tools/turn $(OUT) $$PPID
	@$(foreach s,KEY CERT LAYOUT MAIL NOTES VPN FONT_DIR,$s=$(call given,$s)) \
		tools/modules $(CFG) $(OUT) > $(new) $(kept_if_new)

$(OUT)/plan: FORCE $(OUT)/modules $(B)/host/mkplan $(SCENARIO_ELFS) \
		$(B)/kernel/kernel.elf $(B)/target/init.elf
	@$(B)/host/mkplan $(CFG) --output $(new) --build $(B) --modules $(OUT)/modules \
		$(foreach p,$(PROGRAM_NAMES),--program $p=$(B)/target/$p.elf) $(kept_if_new)

# in our turn, or else an interrupted make leaves a folder that nobody knows
$(OUT)/grub.cfg: FORCE | $(OUT)/modules
	@sed 's/@MODE@/$(MODE)/' tools/grub.cfg > $(new) $(kept_if_new)

$(OUT)/image.iso: $(KERNEL) $(B)/target/init.img $(OUT)/plan $(OUT)/grub.cfg tools/mkiso
	$(call say,ISO,$@)
	$Qtools/mkiso $(new) $(KERNEL) $(B)/target/init.img $(OUT)/plan $(OUT)/grub.cfg $(kept)
endif

$(B)/target/init.img: $(B)/target/init.elf $(B)/host/mkinit
	$(call say,INIT,$@)
	$Q$(B)/host/mkinit $< $(new) $(kept)

# The machine.  Others add display, serial lines and monitor.
# Words of a shell command: the folder's name may have spaces.
QEMU_ARGS = -accel $(ACCEL) -cpu max -m $(MEM) \
	-cdrom $(call quote_if_needed,$(call here,$(OUT)/image.iso)) -boot d \
	-vga std -nic none $(foreach w,$(QEMU_DEVICES),$(call quote_if_needed,$w)) \
	-no-reboot $(if $(UEFI),-bios $(OVMF))
OVMF := /usr/share/ovmf/OVMF.fd
# what the scenario's line `qemu = "..."` adds
QEMU_DEVICES = $(call ask,sed -n 's/^qemu *= *"\([^"]*\)";.*/\1/p' $(CFG))
# and who is at the other end of its network: `peer = "..."`
QEMU_PEER = $(call ask,sed -n 's/^peer *= *"\([^"]*\)";.*/\1/p' $(CFG))

.PHONY: qemu-args
qemu-args:
	@echo $(call quote,$(QEMU_ARGS))

.PHONY: run
run: $(OUT)/image.iso $(B)/host/outbox \
	$(if $(value DISPLAY)$(value WAYLAND_DISPLAY),,$(B)/host/webscreen $(B)/web/made)
	@: > $(OUT)/.turn
	@OUT='$(OUT)' SCENARIO='$(SCENARIO)' TAPS=$(call given,TAPS) \
		PEER=$(call quote,$(if $(TAPS),,$(QEMU_PEER))) \
		setpriv --pdeathsig TERM tools/run $(QEMU_ARGS)

# Without SCENARIO= all scenarios, and an overview.
TCB_CFGS = $(if $(filter file,$(origin SCENARIO)),$(SCENARIOS:%=configs/%.cfg),$(CFG))
TCB_PROGRAMS = $(sort $(foreach c,$(TCB_CFGS),$(call ask,tools/programs $c)) init)
TCB_NAMES = $(basename $(notdir $(TCB_CFGS)))

.PHONY: tcb
tcb: $(B)/host/tcb $(B)/kernel/kernel.elf
	@$(MAKE) -s $(TCB_PROGRAMS:%=$(B)/target/%.elf)
	@for s in $(TCB_NAMES); do \
		$(MAKE) -s SCENARIO=$$s OUT=$(B)/$$s \
			$(B)/$$s/plan $(B)/graph/$$s.svg || exit 1; done
	@$(B)/host/tcb $(B) $(if $(filter file,$(origin SCENARIO)),--index) $(TCB_CFGS)
	@echo; echo 'Also as $(B)/tcb/*.html and *.json'
	$(if $(VERIFY),@command -v gdb > /dev/null || \
		{ echo 'VERIFY: install the package gdb first'; exit 1; }; \
		for s in $(TCB_NAMES); do \
			$(MAKE) -s image SCENARIO=$$s OUT=$(B)/$$s && \
			eval "options=($$($(MAKE) -s qemu-args SCENARIO=$$s OUT=$(B)/$$s))" && \
			tools/tcb-verify $$s $(B)/$$s/plan $(B)/kernel/kernel.elf \
				"$${options[@]}" || exit 1; done)
	@echo; echo 'What a TPM 2.0 holds after a boot by UEFI (docs/threat-model.md), SHA-256:'
	@for s in $(TCB_NAMES); do \
		$(MAKE) -s image SCENARIO=$$s OUT=$(B)/$$s && echo "$$s" && \
		tools/pcr $(B)/$$s/image.iso | sed 's/^/  /' || exit 1; done
	$(if $(COMPARE),@tools/tcb-compare $(call given,COMPARE) $(TCB_NAMES))

# What each component used of what it has, at the end of its start.
.PHONY: sizes
sizes: $(OUT)/image.iso
	@command -v gdb > /dev/null || { echo 'make sizes: install the package gdb first'; exit 1; }
	@: > $(OUT)/.turn
	@tools/sizes $(SCENARIO) $(OUT)/plan $(KERNEL) $(QEMU_ARGS)

# The script builds what it tests, so that what does not build counts as failed.
# Two at once in one folder would be in each other's way.
.PHONY: test test-long
test test-long: | setup
	@tools/setup $@
	@mkdir -p $(B) && MAKE='$(MAKE)' \
		$(foreach s,$(filter $(TEST_SETTINGS),$(GIVEN)),$s=$(call given,$s)) \
		flock --close --nonblock --conflict-exit-code 75 $(B)/test.lock tools/test \
		$(if $(filter test-long,$@),--long) $(UNITTESTS) || { rc=$$?; [ $$rc != 75 ] || \
		echo 'make $@: another one runs in this folder: wait for its end, or use O=folder' \
		>&2; exit $$rc; }

.PHONY: bench
bench: | setup
	@tools/setup test
	@MAKE='$(MAKE)' tools/bench

# Other eyes: clang compiles all of ours, too; every header compiles alone, and
# so does what make new-app makes.
.PHONY: check
check: programs
	@tools/setup test
	@MAKE='$(MAKE)' tools/style headers template clang

.PHONY: style
style:
	@tools/style

# What is made from sources and kept in docs/.
.PHONY: docs
docs:
	@tools/syscalls > docs/syscalls.md

# For editors (clangd): how each source is compiled.  All is built first: of what make would do
# if every source had changed, nothing is left then but commands that compile and link.
EVERYTHING := $(B)/kernel/kernel.elf $(B)/kernel-debug/kernel.elf programs tools unit-tests
.PHONY: compile_commands.json
compile_commands.json: $(EVERYTHING)
	@set -o pipefail; printf '%s\n' $(sort $(OBJECTS)) | \
		sed -n 's,^$(B)/[a-z]*/\(.*\)\.o$$,-W \1.c,p' | sort -u | \
		xargs $(MAKE) -s -n V=1 $(EVERYTHING) | tools/compile-commands > $@.tmp && \
		mv $@.tmp $@

# The pictures in README.md and docs/.
.PHONY: screenshots
screenshots: $(B)/host/outbox
	@cd tests/system && /usr/bin/python3 screenshots.py

# The machine waits for a debugger, which is at the other end of a pipe: no port that others reach;
# symbols and macros of the kernel are loaded.
.PHONY: gdb
gdb: $(OUT)/image.iso
	@command -v gdb > /dev/null || { echo 'make gdb: install the package gdb first'; exit 1; }
	@: > $(OUT)/.turn
	@gdb -q $(KERNEL) -x tools/vitrine.gdb -ex $(call quote,target remote | exec \
		qemu-system-x86_64 $(QEMU_ARGS) -display none -serial file:$(OUT)/gdb.serial \
		-S -gdb stdio)

.PHONY: programs tools unit-tests our-objects
programs: $(PROGRAMS:%=$(B)/target/%.elf)
tools: $(HOSTTOOLS:%=$(B)/host/%)
unit-tests: $(UNITTESTS:%=$(B)/unit/%)
# of programs, kernel, host tools; not of the tests, nor what was fetched
our-objects: $(sort $(foreach o,$(OBJECTS),$(if $(findstring /src/,$o)$(filter \
	$(B)/unit/% $(B)/fuzz/%,$o),,$o)))
endif
