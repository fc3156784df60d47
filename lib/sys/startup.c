// SPDX-License-Identifier: MIT
// Look-ups in the startup page, and the log.
#include <session/log.h>
#include <string.h>
#include <sys/startup.h>

const struct startup_use *
startup_use(const char *name)
{
	for (uint32_t i = 0; i < startup()->use_count; i++) {
		if (strcmp(startup_uses()[i].name, name) == 0)
			return &startup_uses()[i];
	}
	return NULL;
}

void
log_line(const char *text)
{
	size_t n = strlen(text);

	n = n < LOG_TEXT_MAX ? n : LOG_TEXT_MAX;
	utcb()->mr[0] = n;
	memcpy(&utcb()->mr[1], text, n);
	// Without a log there is nobody to tell.
	(void)!sys_request(startup()->log, LOG_WRITE, 1 + (unsigned)(n + 7) / 8);
}

void
die(const char *text)
{
	log_line(text);
	__builtin_trap();
}
