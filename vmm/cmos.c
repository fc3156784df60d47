// SPDX-License-Identifier: MIT
// The real-time clock as read by the guest (Motorola, MC146818 data sheet): BCD, 24 hours, UTC.
// Writes other than of the index are lost.  After January it stays the 31st: Linux reads it once.
#include <sys/sys.h>
#include "bus.h"
#include "clock.h"

enum { PORT = 0x70, STATUS_A = 10, STATUS_B, STATUS_C, STATUS_D, CENTURY = 0x32 };

static uint8_t index;

static uint8_t
bcd(uint64_t v)
{
	return (uint8_t)(v / 10 % 10 << 4 | v % 10);
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	(void)self, (void)bytes;
	if (port == PORT)
		index = value & 0x7f;
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	(void)self, (void)bytes;
	if (port == PORT)
		return 0xff;
	if (index == STATUS_B)
		return 2;                       // 24 hours
	if (index == STATUS_D)
		return 0x80;                    // the battery is good
	uint64_t t = clock_seconds() - CLOCK_EPOCH, day = t / 86400 + 1;

	switch (index) {
	case 0: return bcd(t % 60);
	case 2: return bcd(t / 60 % 60);
	case 4: return bcd(t / 3600 % 24);
	case 7: return bcd(day < 31 ? day : 31);
	case 8: return bcd(1);
	case 9: return bcd(CLOCK_YEAR % 100);
	case CENTURY: return bcd(CLOCK_YEAR / 100);
	}
	return 0;
}

void
cmos_init(void)
{
	static struct port_device device = { PORT, 2, in, out, NULL };

	index = 0;
	bus_add(&device);
}
