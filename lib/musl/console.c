// SPDX-License-Identifier: MIT
// The log takes whole lines; a program writes pieces of them.
#include <session/log.h>
#include <sys/startup.h>
#include "backend.h"

static char line[LOG_TEXT_MAX + 1];
static size_t length;

void
console_flush(void)
{
	if (length == 0)
		return;
	line[length] = '\0';
	length = 0;
	log_line(line);
}

void
console_write(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] != '\n')
			line[length++] = text[i] != '\0' ? text[i] : '?';
		if (text[i] == '\n' || length == LOG_TEXT_MAX)
			console_flush();
	}
}
