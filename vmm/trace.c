// SPDX-License-Identifier: MIT
#include <stdbool.h>
#include <string.h>
#include <sys/startup.h>
#include <sys/sys.h>
#include "devices.h"
#include "trace.h"

static bool on;
static uint64_t start, exits, idle, said;

void
trace_start(void)
{
	char value[2];

	argument_value("trace", value, sizeof value);
	on = value[0] == '1';
	start = said = sys_now();
	exits = idle = 0;
}

void
trace_exit(void)
{
	exits++;
}

void
trace_idle(uint64_t from, uint64_t to)
{
	idle += to - from;
}

static char *
number(char *to, uint64_t v)
{
	char digits[20];
	unsigned n = sizeof digits;

	do {
		digits[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	memcpy(to, digits + n, sizeof digits - n);
	return to + (sizeof digits - n);
}

void
trace_wait(uint64_t now)
{
	char line[120] = "trace: ", *at = line + 7;
	const uint64_t values[] = { exits, now - start, idle };
	static const char *const words[] = { " exits, ", " ticks, of them ", " idle" };

	if (!on || now - said < 10ull * kip()->tsc_khz)
		return;
	for (unsigned i = 0; i < 3; i++) {
		at = number(at, values[i]);
		memcpy(at, words[i], strlen(words[i]) + 1);
		at += strlen(words[i]);
	}
	log_line(line);
	said = sys_now();
}
