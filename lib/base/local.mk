# SPDX-License-Identifier: MIT
# LIB_BASE: what a program names among its LIBS.
LIB_BASE := lib/base/memory.c lib/base/string.c lib/base/string_more.c lib/base/arena.c
