// SPDX-License-Identifier: MIT
// Two 8259A, the second at line 2 of the first (Intel, 8259A data sheet).  Not here: rotating
// priorities, polling, special masks.
#include "bus.h"
#include "pic.h"

enum {
	ICW1 = 0x10, OCW3 = 0x08, EOI = 0x20, EOI_OF = 0x40, READ_SET = 2, AUTO_EOI = 2,
	CASCADE = 2, PORT = 0x20, PORT_SECOND = 0xa0,
};

struct chip {
	uint8_t edge;                   // lines that are edge-triggered
	uint8_t lines, latch, mask, service;
	uint8_t base;                   // vector of line 0
	uint8_t word;                   // initialization: the next ICW, 0: none
	bool auto_eoi, read_service;
};

static struct chip chips[2];

static uint8_t
requests(const struct chip *c)
{
	return c->latch | (c->lines & (uint8_t)~c->edge);
}

// Its line that comes next; -1: none, or what is served is no less urgent.
static int
next(const struct chip *c, uint8_t wanted)
{
	unsigned ready = wanted & (uint8_t)~c->mask, served = c->service;

	if (ready == 0)
		return -1;
	int first = __builtin_ctz(ready);

	return served == 0 || first < __builtin_ctz(served) ? first : -1;
}

int
pic_pending(void)
{
	uint8_t wanted = requests(&chips[0]) & (uint8_t)~(1 << CASCADE);
	int second = next(&chips[1], requests(&chips[1]));

	if (second >= 0)
		wanted |= 1 << CASCADE;
	int first = next(&chips[0], wanted);

	return first == CASCADE ? 8 + second : first;
}

unsigned
pic_vector(int irq)
{
	return chips[irq / 8].base + (unsigned)irq % 8;
}

static void
serve(struct chip *c, int line)
{
	c->latch &= (uint8_t)~(1 << line);
	if (!c->auto_eoi)
		c->service |= (uint8_t)(1 << line);
}

void
pic_accept(int irq)
{
	if (irq >= 8)
		serve(&chips[0], CASCADE);
	serve(&chips[irq / 8], irq % 8);
}

void
pic_set(unsigned irq, bool level)
{
	struct chip *c = &chips[irq / 8 % 2];
	uint8_t line = (uint8_t)(1 << irq % 8);

	if (level && !(c->lines & line))
		c->latch |= line & c->edge;
	c->lines = level ? c->lines | line : c->lines & (uint8_t)~line;
}

static void
command(struct chip *c, uint8_t v)
{
	if (v & ICW1) {
		c->word = 2;
		c->mask = c->service = c->latch = 0;
		c->auto_eoi = c->read_service = false;
	} else if (v & OCW3) {
		if (v & READ_SET)
			c->read_service = v & 1;
	} else if (v & EOI && v & EOI_OF) {
		c->service &= (uint8_t)~(1 << (v & 7));
	} else if (v & EOI) {
		c->service &= (uint8_t)(c->service - 1);
	}
}

static void
data(struct chip *c, uint8_t v)
{
	switch (c->word) {
	case 0: c->mask = v; return;
	case 2: c->base = v & 0xf8; break;
	case 4: c->auto_eoi = v & AUTO_EOI; break;
	}
	c->word = c->word == 4 ? 0 : c->word + 1;
}

static void
out(void *self, uint16_t port, unsigned bytes, uint32_t value)
{
	(void)bytes;
	(port & 1 ? data : command)(self, (uint8_t)value);
}

static uint32_t
in(void *self, uint16_t port, unsigned bytes)
{
	const struct chip *c = self;

	(void)bytes;
	return port & 1 ? c->mask : c->read_service ? c->service : requests(c);
}

void
pic_init(void)
{
	static struct port_device first = { PORT, 2, in, out, &chips[0] };
	static struct port_device second = { PORT_SECOND, 2, in, out, &chips[1] };

	chips[0] = (struct chip){ .edge = 0x07, .mask = 0xff, .base = 8 };
	chips[1] = (struct chip){ .edge = 0x21, .mask = 0xff, .base = 0x70 };
	bus_add(&first);
	bus_add(&second);
}
