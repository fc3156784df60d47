# SPDX-License-Identifier: MIT
# LIB_GCM: what a program names among its LIBS.  gcm.c works on SSE registers; a component
# that uses them has them switched.
LIB_GCM := lib/gcm/gcm.c lib/gcm/possible.c
$(foreach v,target host unit,$(B)/$v/lib/gcm/gcm.o): \
	EXTRA += -fbuiltin -O3 -maes -mpclmul -msse4.1 -D_MM_MALLOC_H_INCLUDED
$(B)/target/lib/gcm/gcm.o: \
	CFLAGS_target = $(filter-out -mgeneral-regs-only,$(FREESTANDING)) -Ilib -mcmodel=small
