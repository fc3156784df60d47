// SPDX-License-Identifier: MIT
// Replaces FreeType's ftoption.h: TrueType outlines with hinting, from memory;
// no compressed, bitmap, colour or variable fonts, no environment variables.
#pragma once

#define FT_CONFIG_OPTION_DISABLE_STREAM_SUPPORT
#define FT_CONFIG_OPTION_INLINE_MULFIX
#define FT_RENDER_POOL_SIZE 16384L
#define FT_MAX_MODULES      4

// its headers want these even without Type 1 fonts
#define T1_MAX_CHARSTRINGS_OPERANDS 256
#define T1_MAX_SUBRS_CALLS 16

#define TT_CONFIG_CMAP_FORMAT_4
#define TT_CONFIG_CMAP_FORMAT_12
#define TT_CONFIG_OPTION_BYTECODE_INTERPRETER
#define TT_USE_BYTECODE_INTERPRETER
#define TT_CONFIG_OPTION_SUBPIXEL_HINTING
#define TT_SUPPORT_SUBPIXEL_HINTING_MINIMAL
#define TT_CONFIG_OPTION_MAX_RUNNABLE_OPCODES 1000000L
