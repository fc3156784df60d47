// SPDX-License-Identifier: MIT
// Headers of inner packets.
#include <string.h>
#include "bytes.h"
#include "inner.h"

enum {
	TOTAL = 2, FRAGMENT = 6, TTL = 8, PROTOCOL = 9, CHECKSUM = 10, SOURCE = 12,
	DESTINATION = 16, DF = 0x4000, OFFSET = 0x1fff, ICMP = 1,
	ICMP_UNREACHABLE = 3, ICMP_FRAGMENTATION_NEEDED = 4, ICMP_CHECKSUM = 2, ICMP_MTU = 6,
};

// RFC 1071; n is even.
static uint16_t
checksum(const uint8_t *p, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i += 2)
		sum += get16(p + i);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

bool
inner_parse(const uint8_t *p, uint32_t n, struct inner *inner)
{
	if (n < INNER_HEAD || p[0] >> 4 != 4)
		return false;
	uint32_t head = (p[0] & 15u) * 4;

	inner->length = get16(p + TOTAL);
	if (head < INNER_HEAD || head > inner->length || inner->length > n ||
	    checksum(p, head) != 0)
		return false;
	inner->source = get32(p + SOURCE);
	inner->destination = get32(p + DESTINATION);
	inner->whole = (get16(p + FRAGMENT) & DF) != 0;
	return true;
}

// Echo requests and replies and the like are no errors.
static bool
is_error(uint8_t type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

uint32_t
inner_too_big(const uint8_t *p, const struct inner *inner, uint32_t mtu,
              uint8_t answer[INNER_TOO_BIG])
{
	uint32_t head = (p[0] & 15u) * 4;
	uint32_t quoted = head + 8 < inner->length ? head + 8 : inner->length;
	uint8_t *icmp = answer + INNER_HEAD;

	if ((get16(p + FRAGMENT) & OFFSET) != 0 ||
	    (p[PROTOCOL] == ICMP && (inner->length == head || is_error(p[head]))))
		return 0;
	quoted &= ~1u;
	memset(answer, 0, INNER_HEAD + 8);
	answer[0] = 0x45;
	put16(answer + TOTAL, (uint16_t)(INNER_HEAD + 8 + quoted));
	answer[TTL] = 64;
	answer[PROTOCOL] = ICMP;
	put32(answer + SOURCE, inner->destination);
	put32(answer + DESTINATION, inner->source);
	put16(answer + CHECKSUM, checksum(answer, INNER_HEAD));
	icmp[0] = ICMP_UNREACHABLE;
	icmp[1] = ICMP_FRAGMENTATION_NEEDED;
	put16(icmp + ICMP_MTU, (uint16_t)mtu);
	memcpy(icmp + 8, p, quoted);
	put16(icmp + ICMP_CHECKSUM, checksum(icmp, 8 + quoted));
	return INNER_HEAD + 8 + quoted;
}
