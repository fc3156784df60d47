#!/bin/sh
# SPDX-License-Identifier: MIT
# patch.sh SOURCE DEST: copies pristine musl and makes every system call of it a
# call of __uc_syscall, which lib/musl/backend.c defines.  The machine code that
# asks a Linux kernel goes; musl has portable C for it, without threads.
set -eu
from=$1 to=$2 here=$(dirname "$0")
# not the folder itself, which may be a link
mkdir -p "$to"
find "$to/" -mindepth 1 -delete
why=$(cp -R "$from/." "$to" 2>&1) || { echo "$why" | head -n 1 >&2; exit 1; }
cp "$here/syscall_arch.h" "$to/arch/x86_64/syscall_arch.h"
for gone in process/x86_64/vfork signal/x86_64/restore thread/x86_64/clone \
	thread/x86_64/syscall_cp thread/x86_64/__unmapself thread/x86_64/__set_thread_area; do
	rm "$to/src/$gone.s"
done
# What cannot say that it fails is not there: a program that uses it is not linked.
for gone in unistd/alarm unistd/ualarm time/ftime; do
	rm "$to/src/$gone.c"
done
# musl does not ask whether there is a clock
cp "$here/date.c" "$to/src/time/time.c"
: > "$to/src/time/gettimeofday.c"
