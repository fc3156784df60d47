// SPDX-License-Identifier: MIT
// RDRAND, as the seed of a generator (HMAC-DRBG), not in its place.

#include <stdint.h>
#include <string.h>
#include <base/random.h>

enum { RETRIES = 10 };          // Intel SDM 1, section 7.3.17.1

static int
have_rdrand(void)
{
	uint32_t eax = 1, ebx, ecx = 0, edx;

	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return ecx >> 30 & 1;
}

static int
rdrand(uint64_t *out)
{
	unsigned char ok = 0;

	for (int i = 0; i < RETRIES && !ok; i++)
		__asm__ volatile("rdrand %0; setc %1" : "=r"(*out), "=qm"(ok) : : "cc");
	return ok;
}

// A processor whose generator got stuck returns the same number again and
// again, and says that all is well.
int
random_bytes(void *unused, unsigned char *out, size_t size)
{
	uint64_t last, word;

	(void)unused;
	if (!have_rdrand() || !rdrand(&last))
		return -1;
	while (size > 0) {
		size_t n = size < sizeof word ? size : sizeof word;

		if (!rdrand(&word) || word == last)
			return -1;
		memcpy(out, &word, n);
		last = word;
		out += n;
		size -= n;
	}
	return 0;
}
