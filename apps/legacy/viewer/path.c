// SPDX-License-Identifier: MIT
// Relative names.

#include <string.h>
#include "path.h"

// Append one name; "..": take one away.
static bool
step(char to[PATH_SIZE], const char *name, size_t n)
{
	size_t length = strlen(to);
	char *slash;

	if (n == 0 || (n == 1 && name[0] == '.'))
		return true;
	if (n == 2 && name[0] == '.' && name[1] == '.') {
		slash = strrchr(to, '/');
		if (length == 0)
			return false;
		*(slash != NULL ? slash : to) = '\0';
		return true;
	}
	if (length + (length > 0) + n >= PATH_SIZE)
		return false;
	if (length > 0)
		to[length++] = '/';
	memcpy(to + length, name, n);
	to[length + n] = '\0';
	return true;
}

bool
path_resolve(char to[PATH_SIZE], const char *from, const char *target, size_t n)
{
	const char *mark = memchr(target, '#', n), *slash = strrchr(from, '/');
	size_t end = mark != NULL ? (size_t)(mark - target) : n, at = 0;

	to[0] = '\0';
	if (end == 0)
		return n > 0 && strlen(from) < PATH_SIZE && strcpy(to, from) != NULL;
	if (target[0] == '/' || memchr(target, ':', end) != NULL ||
	    memchr(target, '\0', end) != NULL)
		return false;
	if (slash != NULL && !step(to, from, (size_t)(slash - from)))
		return false;
	while (at < end) {
		const char *part = target + at, *stop = memchr(part, '/', end - at);
		size_t length = stop != NULL ? (size_t)(stop - part) : end - at;

		if (!step(to, part, length))
			return false;
		at += length + 1;
	}
	return to[0] != '\0';
}

bool
path_ends(const char *path, const char *ending)
{
	size_t n = strlen(path), m = strlen(ending);

	return n >= m && strcmp(path + n - m, ending) == 0;
}
