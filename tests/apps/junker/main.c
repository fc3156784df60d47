// SPDX-License-Identifier: MIT
// A server that looks whether its task is as at first, spoils it in all ways it has, and
// crashes; with "client" as its argument a client, which calls it again and again.
#include <string.h>
#include <sys/sys.h>
#include "../say.h"

enum {
	FIRST = 512, MORE = 1024,               // indices, pages
	JUNK = 0x50000000, NEW = 77, LOOK = 1, CRASH = 2, LIVE_MS = 20,
};

static uint64_t data = NEW;
static uint64_t page[512] __attribute__((aligned(4096)));

static enum err
self(uint32_t op, uint64_t a, uint64_t b)
{
	utcb()->mr[0] = a, utcb()->mr[1] = b;
	return sys_request(CAP_SELF, op, 2);
}

// Capabilities that it has, its own task's left out.
static uint32_t
caps(void)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < CAP_MAX; i++)
		n += self(TASK_CAP_TYPE, i, 0) == OK;
	return n;
}

// Ones from everywhere in the address space to one page, until no memory is left.
static uint32_t
spoil_memory(void)
{
	uint32_t n = 0;

	for (uint64_t i = 0; i < MORE; i++)
		n += self(TASK_MAP, fpage_mem((uint64_t)page, 12, MEM_RW), JUNK + (i << 21)) == OK;
	return n;
}

static void
spoil(void)
{
	for (uint32_t i = 1; i < FIRST; i++)
		if (self(TASK_CAP_TYPE, i, 0) == OK)
			(void)self(TASK_MAP, fpage_cap(i, 0, CAP_ALL), (uint64_t)(FIRST + i) << 12);
	(void)self(TASK_UNMAP, fpage_cap(startup()->log, 0, CAP_ALL), 1);
	data++;
	page[7] = 1;
}

static tag_t
look(void)
{
	uint32_t have = caps();
	bool fresh = data == NEW && page[7] == 0;
	uint32_t fits = spoil_memory();         // all that its kernel memory allows

	utcb()->mr[0] = fresh, utcb()->mr[1] = have, utcb()->mr[2] = fits;
	return tag(OK, 3, 0);
}

static void
serve(void)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	for (;;) {
		if (tag_label(r.tag) != CRASH) {
			r = sys_reply_and_wait(look(), DEADLINE_NONE);
			continue;
		}
		spoil();
		sys_sleep(sys_in_ms(LIVE_MS));
		__builtin_trap();
	}
}

// What the server has said at first it must say for ever.
static void
ask(cap_t gate)
{
	int64_t first[3] = { 0 }, now[3];

	for (int64_t n = 0;; n++) {
		if (sys_request(gate, LOOK, 0) != OK)
			die("no answer");
		for (unsigned i = 0; i < 3; i++)
			now[i] = (int64_t)utcb()->mr[i];
		if (n == 0)
			memcpy(first, now, sizeof now);
		if (now[0] != 1 || memcmp(now, first, sizeof now) != 0)
			say("not as at first:", now, 3);
		else
			say("as at first:", (int64_t[]){ n, now[1], now[2] }, 3);
		if (sys_request(gate, CRASH, 0) != ERR_GONE)
			die("it lives");
	}
}

int
main(void)
{
	const struct startup_use *use = startup_use("spoil");

	if (use != NULL)
		ask(use->gate);
	serve();
	return 0;
}
