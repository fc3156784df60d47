// SPDX-License-Identifier: MIT
// Building short strings: appended text is cut where the storage ends.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { TEXT_MAX = 200 };

struct text { char s[TEXT_MAX]; size_t len; };  // s is always NUL-terminated

void text_bytes(struct text *t, const void *bytes, size_t len);
void text_add(struct text *t, const char *s);
void text_number(struct text *t, uint64_t n);
