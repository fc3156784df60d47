// SPDX-License-Identifier: MIT
// Reads and decodes the real-time clock.

#include <base/rtc.h>

enum {
	REG_A = 0x0a, A_UPDATING = 0x80,
	REG_B = 0x0b, B_24_HOURS = 0x02, B_BINARY = 0x04,
	HOUR_PM = 0x80,
};

static uint8_t
rtc_register(uint8_t index)
{
	uint8_t value;

	__asm__ volatile("outb %0, $0x70" : : "a"(index));
	__asm__ volatile("inb $0x71, %0" : "=a"(value));
	return value;
}

static bool
number(uint8_t raw, bool binary, unsigned low, unsigned high, uint8_t *out)
{
	unsigned n = binary ? raw : (raw >> 4) * 10u + (raw & 15);

	if (!binary && ((raw & 15) > 9 || raw >> 4 > 9))
		return false;
	*out = (uint8_t)n;
	return n >= low && n <= high;
}

bool
rtc_decode(struct rtc_raw raw, struct utc *out)
{
	bool binary = raw.status_b & B_BINARY, half_days = !(raw.status_b & B_24_HOURS);
	bool pm = half_days && raw.hour & HOUR_PM;
	uint8_t hour = half_days ? raw.hour & (uint8_t)~HOUR_PM : raw.hour, year;
	struct utc t = { 0 };

	if (!number(raw.second, binary, 0, 59, &t.second) ||
	    !number(raw.minute, binary, 0, 59, &t.minute) ||
	    !number(hour, binary, half_days ? 1 : 0, half_days ? 12 : 23, &t.hour) ||
	    !number(raw.day, binary, 1, 31, &t.day) ||
	    !number(raw.month, binary, 1, 12, &t.month) ||
	    !number(raw.year, binary, 0, 99, &year))
		return false;
	if (half_days)
		t.hour = (uint8_t)(t.hour % 12 + (pm ? 12 : 0));
	t.year = (uint16_t)(2000 + year);
	*out = t;
	return true;
}

static struct rtc_raw
read_all(void)
{
	return (struct rtc_raw){
		rtc_register(0), rtc_register(2), rtc_register(4),
		rtc_register(7), rtc_register(8), rtc_register(9), rtc_register(REG_B),
	};
}

// The clock may tick between two registers: only a reading that comes twice,
// with no update in progress before either, counts.
bool
rtc_read(struct utc *out)
{
	for (unsigned tries = 0; tries < 100000; tries++) {
		if (rtc_register(REG_A) & A_UPDATING)
			continue;
		struct rtc_raw a = read_all();

		if (rtc_register(REG_A) & A_UPDATING)
			continue;
		struct rtc_raw b = read_all();

		if (a.second == b.second && a.minute == b.minute && a.hour == b.hour &&
		    a.day == b.day && a.month == b.month && a.year == b.year)
			return rtc_decode(b, out);
	}
	return false;
}
