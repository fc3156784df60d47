#!/bin/bash
# SPDX-License-Identifier: MIT
# sources.sh MUSL MAP: the sources of those members of libc.a that the linker's map
# says are in a program.
set -euo pipefail
musl=$1 map=$2
sed -n 's/.*libc\.a(\([^)]*\)\.l\?o).*/\1/p' "$map" | sort -u | while read -r member; do
	find "$musl/obj/src" -name "$member.o"
done | sed -e 's,/obj/src/,/src/,' -e 's,\.o$,,' | while read -r stem; do
	for file in "$stem".[csS]; do
		[[ ! -e $file ]] || echo "$file"
	done
done | LC_ALL=C sort -u
