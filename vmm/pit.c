// SPDX-License-Identifier: MIT
// 8254 (Intel, 8254 data sheet).  Modes 0 to 3 as far as software sees them; BCD counts as binary.
#include <stdbool.h>
#include <sys/sys.h>
#include "bus.h"
#include "pic.h"
#include "pit.h"

enum {
	HZ = 1193182, COUNTERS = 3, PORT = 0x40, CONTROL = 3, SPEAKER = 0x61,
	GATE = 1, OUT2 = 0x20, REFRESH = 0x10,
	LOW = 1, HIGH = 2, BOTH = 3,
};

struct counter {
	uint8_t mode, access;
	bool high_next_out, high_next_in, latched;
	uint8_t low;                    // written, the high byte is to come
	uint16_t latch;
	uint32_t reload;                // 1..65536
	uint64_t start;                 // TSC, of the count
};

static struct counter counters[COUNTERS];
static uint64_t due;                    // counter 0: TSC, or DEADLINE_NONE
static uint8_t speaker;

static uint64_t
ticks(uint32_t count)                   // at most 65536: no overflow
{
	return count * (kip()->tsc_khz * 1000ull) / HZ;
}

static uint64_t
counts(uint64_t tsc)
{
	return tsc / (kip()->tsc_khz * 1000ull) * HZ +
		tsc % (kip()->tsc_khz * 1000ull) * HZ / (kip()->tsc_khz * 1000ull);
}

static bool
is_periodic(const struct counter *c)
{
	return c->mode == 2 || c->mode == 3;
}

static uint32_t
value(const struct counter *c)
{
	uint64_t gone = counts(sys_now() - c->start);

	if (is_periodic(c))
		return c->reload - (uint32_t)(gone % c->reload);
	return gone >= c->reload ? 0 : c->reload - (uint32_t)gone;
}

uint64_t
pit_run(uint64_t now)
{
	const struct counter *c = &counters[0];

	if (now < due)
		return due;
	pic_set(0, true);
	pic_set(0, false);
	if (!is_periodic(c))
		return due = DEADLINE_NONE;
	due += ticks(c->reload);
	if (due <= now)
		due = now + ticks(c->reload);
	return due;
}

static void
load(struct counter *c, uint32_t reload)
{
	c->reload = reload != 0 ? reload : 65536;
	c->start = sys_now();
	if (c == &counters[0])
		due = c->start + ticks(c->reload);
}

static void
control(uint8_t v)
{
	struct counter *c = &counters[v >> 6 & 3];

	if (v >> 6 == COUNTERS)
		return;                         // read-back
	if ((v >> 4 & 3) == 0) {
		c->latch = (uint16_t)value(c);
		c->latched = true;
		return;
	}
	*c = (struct counter){ .access = v >> 4 & 3, .mode = v >> 1 & 7, .reload = 65536,
		.start = c->start };
	if (c->mode > 5)
		c->mode -= 4;
	if (c == &counters[0])
		due = DEADLINE_NONE;
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	uint8_t v = (uint8_t)value;
	struct counter *c = &counters[port & 3];

	(void)self, (void)bytes;
	if ((port & 3) == CONTROL) {
		control(v);
	} else if (c->access != BOTH) {
		load(c, c->access == LOW ? v : (uint32_t)v << 8);
	} else if (!c->high_next_out) {
		c->low = v;
		c->high_next_out = true;
	} else {
		c->high_next_out = false;
		load(c, c->low | (uint32_t)v << 8);
	}
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	struct counter *c = &counters[port & 3];

	(void)self, (void)bytes;
	if ((port & 3) == CONTROL)
		return 0xff;
	uint32_t v = c->latched ? c->latch : value(c);
	bool high = c->access == HIGH || (c->access == BOTH && c->high_next_in);

	if (c->access == BOTH)
		c->high_next_in = !c->high_next_in;
	if (!c->high_next_in)
		c->latched = false;
	return (high ? v >> 8 : v) & 0xff;
}

static void
speaker_out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	(void)self, (void)port, (void)bytes;
	if (value & GATE && !(speaker & GATE))
		counters[2].start = sys_now();
	speaker = value & 0xf;
}

static uint32_t
speaker_in(void *self, uint16_t port, unsigned bytes)
{
	const struct counter *c = &counters[2];
	bool end = !is_periodic(c) && speaker & GATE && value(c) == 0;

	(void)self, (void)port, (void)bytes;
	return speaker | (end ? OUT2 : 0u) | (counts(sys_now()) / 18 & 1 ? REFRESH : 0u);
}

void
pit_init(void)
{
	static struct port_device timer = { PORT, 4, in, out, NULL };
	static struct port_device port61 = { SPEAKER, 1, speaker_in, speaker_out, NULL };

	for (unsigned i = 0; i < COUNTERS; i++)
		counters[i] = (struct counter){ .access = BOTH, .mode = 3, .reload = 65536,
			.start = sys_now() };
	due = DEADLINE_NONE;
	speaker = 0;
	bus_add(&timer);
	bus_add(&port61);
}
