#!/bin/sh
# SPDX-License-Identifier: MIT
# `nm -n` of the kernel on standard input to the tables debug.c reads.
awk '
	$2 ~ /[tT]/ && $3 !~ /^\./ && $1 ~ /^ffffffff8/ { addr[n] = $1; name[n++] = $3 }
	END {
		print "\t.section .ksyms, \"a\"\n\t.globl kernel_symbols, kernel_symbol_count, kernel_symbol_names"
		print "\t.balign 8\nkernel_symbol_count: .long " n + 0 "\nkernel_symbols:"
		for (i = 0; i < n; i++) {
			print "\t.long 0x" substr(addr[i], 9) " - 0x80100000, " at + 0
			at += length(name[i]) + 1
		}
		print "kernel_symbol_names:"
		for (i = 0; i < n; i++)
			print "\t.asciz \"" name[i] "\""
		print "\t.section .note.GNU-stack, \"\", @progbits"
	}'
