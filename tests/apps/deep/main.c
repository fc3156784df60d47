// SPDX-License-Identifier: MIT
// Uses three pages of its heap, and as much stack as its argument says: "20" is 20 frames of
// a little more than 1K.  For tests/system/test_sizes.py.
#include <sys/serve.h>
#include <sys/startup_memory.h>

static uint64_t
descend(uint64_t depth)
{
	volatile uint64_t frame[128];

	for (unsigned i = 0; i < 128; i++)
		frame[i] = depth;
	return depth == 0 ? 0 : descend(depth - 1) + frame[depth & 127];
}

int
main(void)
{
	const struct startup_memory *heap = startup_memory("heap");
	uint64_t frames = 0;

	for (const char *at = startup()->argument; *at != '\0'; at++)
		frames = frames * 10 + (uint64_t)(*at - '0');
	for (uint64_t at = 0; at < 3 * 4096; at += 4096)
		*(uint64_t *)(heap->addr + at) = 1;
	log_line(descend(frames) > 0 ? "back" : "?");
	serve((struct handlers){ 0 });
}
