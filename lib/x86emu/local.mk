# SPDX-License-Identifier: MIT
# libx86emu, fetched and compiled.  LIB_X86EMU is what a program names among its
# LIBS; objects that include its header are made known with
# $(call uses_x86emu,SOURCES).
X86EMU := $(B)/src/libx86emu
X86EMU_SOURCES := $(addprefix $(X86EMU)/,decode.c ops.c ops2.c prim_ops.c)
LIB_X86EMU := lib/x86emu/port.c $(X86EMU_SOURCES)

x86emu_objects = $(foreach v,target unit,$(patsubst %.c,$(B)/$v/%.o,$1))
define uses_x86emu
$(call x86emu_objects,$1): EXTRA += -isystem $(X86EMU)/include
$(call x86emu_objects,$1): | $(X86EMU)/.sha256
endef

$(eval $(call uses_x86emu,$(LIB_X86EMU)))
$(call x86emu_objects,$(LIB_X86EMU)): EXTRA += -Ilib/x86emu/include
# Its inline assembly pushes: there must be nothing below the stack pointer.  Its
# shifts and pointers are not what the sanitizers want; ours are tested with it.
$(call x86emu_objects,$(X86EMU_SOURCES)): EXTRA += -mno-red-zone -w -Wno-error \
	-fno-sanitize=undefined

$(X86EMU)/.sha256: tools/fetch-source tools/sources.txt | setup
	@$(fetch) libx86emu $(X86EMU)
$(X86EMU_SOURCES): | $(X86EMU)/.sha256 ;
