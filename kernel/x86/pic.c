// SPDX-License-Identifier: MIT
// 8259A (Intel data sheet 231468): fully nested, edge or level by the ELCR the
// firmware set.  Every interrupt masks its line until its driver unmasks it.
#include <x86/layout.h>
#include <x86/pic.h>
#include <x86/x86.h>

enum {
	PIC1 = 0x20, PIC2 = 0xa0,               // command; data is one above
	ICW1_INIT = 0x11, ICW4_8086 = 0x01,
	OCW2_EOI = 0x20, OCW3_READ_ISR = 0x0b,
	CASCADE = 2,
};

static uint8_t mask[2] = { 0xff & ~(1 << CASCADE), 0xff };

void
pic_init(void)
{
	outb(PIC1, ICW1_INIT);
	outb(PIC2, ICW1_INIT);
	outb(PIC1 + 1, VECTOR_LINE);
	outb(PIC2 + 1, VECTOR_LINE + 8);
	outb(PIC1 + 1, 1 << CASCADE);
	outb(PIC2 + 1, CASCADE);
	outb(PIC1 + 1, ICW4_8086);
	outb(PIC2 + 1, ICW4_8086);
	outb(PIC1 + 1, mask[0]);
	outb(PIC2 + 1, mask[1]);
}

static void
write_mask(unsigned line)
{
	outb(line < 8 ? PIC1 + 1 : PIC2 + 1, mask[line / 8]);
}

void
pic_mask(unsigned line)
{
	if (line == CASCADE || line > 15)       // the way of lines 8 to 15; none
		return;
	mask[line / 8] |= (uint8_t)(1u << line % 8);
	write_mask(line);
}

void
pic_unmask(unsigned line)
{
	if (line > 15)
		return;
	mask[line / 8] &= (uint8_t)~(1u << line % 8);
	write_mask(line);
}

bool
pic_accept(unsigned line)
{
	uint16_t pic = line < 8 ? PIC1 : PIC2;

	if (line % 8 == 7) {                    // spurious ones look like line 7 or 15
		outb(pic, OCW3_READ_ISR);
		if (!(inb(pic) & 0x80)) {
			if (pic == PIC2)
				outb(PIC1, OCW2_EOI);
			return false;
		}
	}
	pic_mask(line);
	outb(pic, OCW2_EOI);
	if (pic == PIC2)
		outb(PIC1, OCW2_EOI);
	return true;
}
