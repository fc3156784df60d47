// SPDX-License-Identifier: MIT
// What kernel operations cost.  Booted in place of init under
// -icount shift=0,sleep=off, where the time-stamp counter counts instructions.
// Prints "bench: NAME MEDIAN" lines.
#include <string.h>

#include "env.h"

enum { ROUNDS = 1001, PAGE_AT = 0x30000000 };

static uint64_t sample[ROUNDS];

static void
sort(uint64_t *v, unsigned n)
{
	for (unsigned gap = n / 2; gap > 0; gap /= 2)
		for (unsigned i = gap; i < n; i++)
			for (unsigned j = i; j >= gap && v[j - gap] > v[j]; j -= gap) {
				uint64_t t = v[j];

				v[j] = v[j - gap];
				v[j - gap] = t;
			}
}

static void
report(const char *name, unsigned n)
{
	sort(sample, n);
	env_print("bench: ");
	env_print(name);
	env_print(" ");
	env_print_number(sample[n / 2]);
	env_print("\n");
}

// Answers for ever, with as many words as it gets.
static void
echo_server(uint64_t arg)
{
	struct reply r = sys_wait(DEADLINE_NONE);

	(void)arg;
	for (;;)
		r = sys_reply_and_wait(tag(0, tag_words(r.tag), 0), DEADLINE_NONE);
}

static void
bench_call(const char *name, cap_t gate, unsigned words)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t t = sys_now();

		for (unsigned w = 0; w < words; w++)
			utcb()->mr[w] = w;
		sys_call(gate, tag(0, words, 0));
		sample[i] = sys_now() - t;
	}
	report(name, ROUNDS);
}

static cap_t
gate_to(const struct child *c)
{
	cap_t gate = env_caps(1);

	if (factory_create(ENV_FACTORY, OBJ_GATE, gate, 0) != OK ||
	    thread_bind(c->thread, gate, 5) != OK)
		env_print("bench: no gate\n");
	return gate;
}

// The measuring task: below the servers it calls.
static void
client(uint64_t arg)
{
	struct child server;

	(void)arg;
	if (env_child(&server, 1 << 18, 1 << 16, 1, 200) != OK)
		env_exit(1);
	cap_t gate = gate_to(&server);

	if (env_start(&server, echo_server, 0) != OK)
		env_exit(2);
	bench_call("call+reply-other-task-0", gate, 0);
	bench_call("call+reply-other-task-4", gate, 4);
	bench_call("call+reply-other-task-10", gate, 10);
	env_exit(0);
}

int
main(void)
{
	struct child c;

	env_init();
	enum err e = env_child(&c, 16 << 20, 8 << 20, 1, 100);

	if (e != OK) {
		env_print("bench: cannot make a child: ");
		env_print_number(e);
		env_print("\n");
	} else if (env_start(&c, client, 0) == OK) {
		struct reply r = sys_wait(DEADLINE_NONE);

		env_print("bench: end ");
		env_print_number((uint64_t)tag_kind(r.tag));
		env_print(" ");
		env_print_number(utcb()->mr[0]);
		env_print("\n");
	}
	for (;;)
		sys_sleep(DEADLINE_NONE);
}
