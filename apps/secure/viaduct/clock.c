// SPDX-License-Identifier: MIT
// Seconds of the real-time clock.
#include <base/rtc.h>
#include <sys/sys.h>
#include "clock.h"

enum { DAY = 86400, WAIT_MS = 1500, STEP_MS = 10 };

// Days since 1970-01-01 in the Gregorian calendar; the year begins in March here,
// so that the leap day is its last.
static uint64_t
days(struct utc t)
{
	uint64_t year = t.month > 2 ? t.year : t.year - 1u, month = (t.month + 9u) % 12;

	return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + t.day -
	       1 - 719468;
}

// 0: no time.
static uint64_t
seconds(void)
{
	struct utc t;

	if (!rtc_read(&t) || !utc_valid(t) || t.year < 1970)
		return 0;
	return days(t) * DAY + t.hour * 3600u + t.minute * 60u + t.second;
}

uint64_t
clock_second_begun(uint64_t issued)
{
	uint64_t first = seconds(), last = first, end = sys_in_ms(WAIT_MS);

	while (last == first && sys_now() < end) {
		sys_sleep(sys_in_ms(STEP_MS));
		last = seconds();
	}
	return first >= issued && last == first + 1 && last <= UINT32_MAX ? last : 0;
}
