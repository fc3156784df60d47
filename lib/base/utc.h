// SPDX-License-Identifier: MIT
// A moment in UTC, to the second, as calendars and certificates write it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct utc { uint16_t year; uint8_t month, day, hour, minute, second; };

static inline bool
utc_valid(struct utc t)
{
	return t.year >= 1950 && t.year <= 9999 && t.month >= 1 && t.month <= 12 &&
		t.day >= 1 && t.day <= 31 && t.hour < 24 && t.minute < 60 && t.second < 60;
}

// Orders valid moments as numbers: the earlier one is smaller.
static inline uint64_t
utc_order(struct utc t)
{
	uint64_t days = (t.year * 16ull + t.month) * 32 + t.day;

	return ((days * 32 + t.hour) * 64 + t.minute) * 64 + t.second;
}
