// SPDX-License-Identifier: MIT
// An NE2000 compatible PCI card (National Semiconductor DP8390D data sheet;
// Realtek RTL8029AS): it has memory of its own, which we copy from and to
// through a port.  It cannot be bus master, so it needs no IOMMU.
#include <session/net.h>
#include <sys/startup.h>
#include "card.h"

enum {
	VENDOR = 0x10ec, DEVICE = 0x8029,
	// registers, page 0 of them but for CURRENT
	COMMAND = 0x00, PAGE_START = 0x01, PAGE_STOP = 0x02, BOUNDARY = 0x03, SEND_PAGE = 0x04,
	SEND_COUNT = 0x05, STATUS = 0x07, REMOTE_ADDRESS = 0x08, REMOTE_COUNT = 0x0a,
	RECEIVE = 0x0c, TRANSMIT = 0x0d, DATA_CONFIG = 0x0e, MASK = 0x0f,
	CURRENT = 0x07,                 // page 1
	DATA = 0x10, RESET = 0x1f, REGISTERS = 0x20,

	STOP = 0x01, START = 0x02, SEND = 0x04, REMOTE_READ = 0x08, REMOTE_WRITE = 0x10,
	REMOTE_NONE = 0x20, PAGE_1 = 0x40,
	// status
	RECEIVED = 0x01, SENT = 0x02, SEND_FAILED = 0x08, OVERFLOW = 0x10, REMOTE_DONE = 0x40,
	IN_RESET = 0x80,
	WORDS = 0x49,                   // data: 16 bits at once, no loopback
	EVERYTHING = 0x1c,              // receive: broadcast, multicast, any address
	LOOPBACK = 0x02,

	// its memory, in pages of 256 bytes
	SEND_AT = 0x40, RING = 0x46, RING_END = 0x80,
	HEADER = 4, SHORTEST = 60,
	PATIENCE = 1000000,
};

static unsigned ports;
static uint8_t next;                    // page of the ring
static bool overflown;
static uint16_t in_buffer[(HEADER + NET_FRAME_MAX + 1) / 2], out_buffer[(NET_FRAME_MAX + 1) / 2];

static uint8_t
in(unsigned at)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"(ports + at) : "memory");
	return value;
}

static void
out(unsigned at, unsigned value)
{
	__asm__ volatile("outb %b0, %w1" : : "a"(value), "d"(ports + at) : "memory");
}

static void
out_pair(unsigned at, unsigned value)
{
	out(at, value & 0xff);
	out(at + 1, value >> 8);
}

// The card must not keep us for ever.
static void
wait_status(uint8_t bit)
{
	for (unsigned i = 0; i < PATIENCE && !(in(STATUS) & bit); i++)
		;
}

// `bytes` even; its address runs from the end of the ring to the start.
static void
copy_in(unsigned address, uint16_t *to, unsigned bytes)
{
	out_pair(REMOTE_ADDRESS, address);
	out_pair(REMOTE_COUNT, bytes);
	out(COMMAND, START | REMOTE_READ);
	for (unsigned i = 0; i < bytes / 2; i++)
		__asm__ volatile("inw %w1, %0" : "=a"(to[i]) : "d"(ports + DATA));
	out(STATUS, REMOTE_DONE);
}

static void
copy_out(unsigned address, const uint16_t *from, unsigned bytes)
{
	out(STATUS, REMOTE_DONE);
	out_pair(REMOTE_ADDRESS, address);
	out_pair(REMOTE_COUNT, bytes);
	out(COMMAND, START | REMOTE_WRITE);
	for (unsigned i = 0; i < bytes / 2; i++)
		__asm__ volatile("outw %0, %w1" : : "a"(from[i]), "d"(ports + DATA));
	wait_status(REMOTE_DONE);
}

// DP8390D, "Initialization procedures".
static void
start(void)
{
	out(RESET, in(RESET));
	wait_status(IN_RESET);
	out(COMMAND, STOP | REMOTE_NONE);
	out(DATA_CONFIG, WORDS);
	out_pair(REMOTE_COUNT, 0);
	out(RECEIVE, EVERYTHING);
	out(TRANSMIT, LOOPBACK);
	out(PAGE_START, RING);
	out(PAGE_STOP, RING_END);
	out(BOUNDARY, RING);
	out(STATUS, 0xff);
	out(MASK, RECEIVED | SENT | SEND_FAILED | OVERFLOW);
	out(COMMAND, STOP | REMOTE_NONE | PAGE_1);
	out(CURRENT, next = RING + 1);
	out(COMMAND, START | REMOTE_NONE);
	out(TRANSMIT, 0);
	overflown = false;
}

void
card_open(struct pci_session pci, const struct pci_info *info)
{
	if (info->vendor != VENDOR || info->device != DEVICE ||
	    info->bar[0].kind != PCI_BAR_PORTS || info->bar[0].size < REGISTERS)
		die("not an NE2000 compatible network card");
	ports = info->bar[0].start;
	if (pci_map_ports(pci, 0) != OK || pci_enable(pci) != OK)
		die("pci refuses the card");
	start();
}

void
card_acknowledge(void)
{
	uint8_t status = in(STATUS);

	overflown |= (status & OVERFLOW) != 0;
	out(STATUS, status);
}

static uint8_t
current(void)
{
	out(COMMAND, START | REMOTE_NONE | PAGE_1);
	uint8_t page = in(CURRENT);

	out(COMMAND, START | REMOTE_NONE);
	return page;
}

// In front of each frame: status, next page, length with these four bytes.
const uint8_t *
card_take(uint32_t *length)
{
	uint8_t *bytes = (uint8_t *)in_buffer;
	uint8_t end = current();

	if (next == end)
		return NULL;
	copy_in((unsigned)next << 8, in_buffer, HEADER);
	uint8_t following = bytes[1];
	unsigned size = bytes[2] | (unsigned)bytes[3] << 8;

	if (following < RING || following >= RING_END || size < HEADER + NET_FRAME_MIN ||
	    size > HEADER + NET_FRAME_MAX) {            // nonsense: nothing here can be used
		next = end;
		*length = 0;
		return bytes;
	}
	copy_in((unsigned)next << 8, in_buffer, (size + 1) & ~1u);
	next = following;
	*length = size - HEADER;
	return bytes + HEADER;
}

// The boundary is the page before the next one to be read.
void
card_release(void)
{
	out(BOUNDARY, next == RING ? RING_END - 1 : next - 1u);
}

uint8_t *
card_room(void)
{
	return in(COMMAND) & SEND ? NULL : (uint8_t *)out_buffer;
}

void
card_send(uint32_t length)
{
	uint32_t size = length < SHORTEST ? SHORTEST : length;

	if (length < SHORTEST)
		memset((uint8_t *)out_buffer + length, 0, SHORTEST - length);
	copy_out(SEND_AT << 8, out_buffer, (size + 1) & ~1u);
	out(SEND_PAGE, SEND_AT);
	out_pair(SEND_COUNT, size);
	out(COMMAND, START | REMOTE_NONE | SEND);
}

// When frames were lost the card receives nothing until it is started again.
void
card_flush(void)
{
	if (overflown)
		start();
}
