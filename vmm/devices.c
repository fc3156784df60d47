// SPDX-License-Identifier: MIT
// Which devices there are: what the scenario gives the component, and words of its argument.
#include <string.h>
#include <session/net.h>
#include <sys/startup_memory.h>
#include "devices.h"
#include "screen.h"
#include "virtio_block.h"
#include "virtio_console.h"
#include "virtio_net.h"

enum { CHANNELS = 4, LINE = 120 };

static struct virtio_input keyboard, tablet;
static struct virtio_block disk;
static struct virtio_net net;
static struct virtio_console channel[CHANNELS];
static unsigned channels;
static const struct startup_use *net_use;
static bool has_screen, has_disk;

// Channel "log": each line that the guest writes is one of ours.
static void
log_bytes(void *self, const uint8_t *bytes, uint32_t n)
{
	static char line[LINE + 1];
	static unsigned length;

	(void)self;
	for (uint32_t i = 0; i < n; i++) {
		if (bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\0')
			line[length++] = (char)bytes[i];
		if (length == 0 || (bytes[i] != '\n' && length < LINE))
			continue;
		line[length] = '\0';
		log_line(line);
		length = 0;
	}
}

static void
open_channels(void)
{
	char names[48], *name = names;

	argument_value("channels", names, sizeof names);
	while (*name != '\0' && channels < CHANNELS) {
		char *end = name, *rest;

		while (*end != '\0' && *end != ',')
			end++;
		rest = *end == '\0' ? end : end + 1;
		*end = '\0';
		if (strcmp(name, "log") != 0)
			die("the argument names a channel that there is not");
		channel[channels].out = log_bytes;
		virtio_console_init(&channel[channels++]);
		name = rest;
	}
}

static void
open_net(void)
{
	uint8_t address[NET_ADDRESS];

	net_use = startup_use("net");
	if (net_use == NULL)
		return;
	if (net_info((struct net_session){ net_use->gate }, address) != OK)
		die("the net session tells no address");
	virtio_net_init(&net, net_to_server(net_use->shared), net_to_client(net_use->shared),
	                address);
}

static void
open_disk(void)
{
	char name[32];

	argument_value("disk", name, sizeof name);
	if (name[0] == '\0')
		return;
	const struct startup_memory *m = startup_memory(name);

	if (m == NULL)
		die("the argument names a disk that there is not");
	has_disk = true;
	virtio_block_init(&disk, (uint8_t *)(uintptr_t)m->addr, m->size, m->kind == MEMORY_ROM);
}

static void
open_all(void)
{
	static bool opened;

	if (opened)
		return;
	opened = true;
	open_channels();
	open_net();
	open_disk();
	virtio_input_init(&keyboard);
	virtio_input_init(&tablet);
	virtio_input_tablet(&tablet, SCREEN_WIDTH, SCREEN_HEIGHT);
	has_screen = screen_open(&keyboard, &tablet);
}

void
devices_init(const struct guest_memory *ram, uint8_t *params)
{
	bool fit = true;

	open_all();
	pci_init();
	for (unsigned i = 0; i < channels; i++)
		fit &= virtio_add(&channel[i].v, ram);
	if (has_disk)
		fit &= virtio_add(&disk.v, ram);
	if (net_use != NULL)
		fit &= virtio_add(&net.v, ram);
	if (has_screen) {
		fit &= virtio_add(&keyboard.v, ram) && virtio_add(&tablet.v, ram);
		screen_start(params);
	}
	if (!fit)
		die("too many devices");
}

// What the net session's server has to be told since the last time.
static void
wake(void)
{
	if (net.wake)
		(void)!sys_raise(net_use->signal, NET_SIGNAL);
	net.wake = false;
}

void
devices_signal(uint64_t label, uint64_t bits)
{
	if (!screen_signal(label, bits) && net_use != NULL && label == net_use->label)
		virtio_net_signal(&net);
}

uint64_t
devices_tick(uint64_t now)
{
	wake();
	return screen_tick(now);
}

bool
devices_fault(uint64_t at)
{
	return screen_fault(at);
}

void
devices_halted(const char *text)
{
	screen_halted(text);
}

bool
devices_restart(void)
{
	return screen_restart();
}
