// SPDX-License-Identifier: MIT
// forward-bench INTERFACE BYTES NAME: for the Linux that `make bench` compares the VPN
// with.  Sends Ethernet frames with IPv4 packets of BYTES out of an end of a veth pair
// and says the median of what one costs, as tests/apps/vpnbench does: with QEMU's
// -icount the time-stamp counter counts instructions.  When send() returns, the kernel has
// done everything with the frame: received, forwarded, sealed, sent on.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <x86intrin.h>

enum { ROUNDS = 201, HEAD = 14 };

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

// The packet of vpnbench's make_packet(), to the gateway's address there.
static void
make_frame(uint8_t *frame, uint32_t bytes)
{
	static const uint8_t head[] = { 2, 0, 0, 0, 0, 10, 2, 0, 0, 0, 0, 0x99, 8, 0, 0x45, 0, 0, 0,
		                        0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 0, 5, 10, 2, 0, 1 };
	uint32_t sum = 0;

	memset(frame, 0x5a, HEAD + bytes);
	memcpy(frame, head, sizeof head);
	frame[16] = (uint8_t)(bytes >> 8), frame[17] = (uint8_t)bytes;
	for (unsigned i = 14; i < 34; i += 2)
		sum += (uint32_t)(frame[i] << 8 | frame[i + 1]);
	sum = ~((sum & 0xffff) + (sum >> 16));
	frame[24] = (uint8_t)(sum >> 8), frame[25] = (uint8_t)sum;
}

int
main(int argc, char **argv)
{
	static uint8_t frame[HEAD + 1500];
	static uint64_t sample[ROUNDS];
	int s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = ETH_ALEN };
	int bytes = argc == 4 ? atoi(argv[2]) : 0;

	if (bytes < 20 || bytes > 1500 || s < 0)
		return 2;
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	make_frame(frame, (uint32_t)bytes);
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = __rdtsc();

		if (sendto(s, frame, HEAD + (size_t)bytes, 0, (struct sockaddr *)&to,
		           sizeof to) < 0)
			return 1;
		sample[i] = __rdtsc() - start;
	}
	qsort(sample, ROUNDS, sizeof *sample, compare);
	printf("bench: %s %d %llu\n", argv[3], bytes, (unsigned long long)sample[ROUNDS / 2]);
	return 0;
}
