// SPDX-License-Identifier: MIT
// The PC's real-time clock (MC146818, ports 0x70 and 0x71), taken to run in UTC
// and in this century.
#pragma once

#include <base/utc.h>

enum { RTC_PORT = 0x70, RTC_PORTS = 2 };

// Register contents as read: 0 seconds, 2 minutes, 4 hours, 7 day, 8 month,
// 9 year, and status register B.
struct rtc_raw { uint8_t second, minute, hour, day, month, year, status_b; };

// False when a register holds no such number.
bool rtc_decode(struct rtc_raw raw, struct utc *out);

// Needs the right to both ports.  False when the clock gives no consistent time
// within about a second.
bool rtc_read(struct utc *out);
