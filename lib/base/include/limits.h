// SPDX-License-Identifier: MIT
// Limits of the integer types; the compiler's own limits.h wants a C library's.
#pragma once

#define CHAR_BIT  __CHAR_BIT__
#define UCHAR_MAX (__SCHAR_MAX__ * 2 + 1)
#define SHRT_MAX  __SHRT_MAX__
#define USHRT_MAX (__SHRT_MAX__ * 2 + 1)
#define INT_MAX   __INT_MAX__
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  (__INT_MAX__ * 2u + 1)
#define LONG_MAX  __LONG_MAX__
#define ULONG_MAX (__LONG_MAX__ * 2ul + 1)
