// SPDX-License-Identifier: MIT
// What mbedTLS calls: memory out of the arena in use, wiping.

#include <mbedtls/platform_util.h>
#include <base/wipe.h>
#include <mbedtls/port.h>

static struct arena *arena;

void
mbedtls_port_arena(struct arena *a)
{
	arena = a;
}

void *
mbedtls_port_calloc(size_t n, size_t size)
{
	size_t bytes;

	if (arena == NULL || __builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(arena, bytes);
}

void
mbedtls_port_free(void *p)
{
	if (p != NULL)
		arena_free(arena, p);
}

void
mbedtls_platform_zeroize(void *p, size_t n)
{
	if (n != 0)
		wipe(p, n);
}
