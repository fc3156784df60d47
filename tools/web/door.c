// SPDX-License-Identifier: MIT
// The checks that every request has to pass; page.c calls them.

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <nettle/memops.h>
#include "tools/web/door.h"

void
door_init(struct door *d, const uint8_t secret[DOOR_SECRET], uint16_t port)
{
	for (int i = 0; i < DOOR_SECRET; i++)
		snprintf(d->token + 2 * i, 3, "%02x", secret[i]);
	snprintf(d->host[0], DOOR_HOST, "127.0.0.1:%u", port);
	snprintf(d->host[1], DOOR_HOST, "localhost:%u", port);
}

bool
door_host(const struct door *d, const char *host)
{
	return host != NULL && (strcmp(host, d->host[0]) == 0 || strcmp(host, d->host[1]) == 0);
}

bool
door_origin(const struct door *d, const char *origin, bool needed)
{
	static const char scheme[] = "http://";

	if (origin == NULL)
		return !needed;
	return strncmp(origin, scheme, sizeof(scheme) - 1) == 0 &&
	       door_host(d, origin + sizeof(scheme) - 1);
}

const char *
door_path(const struct door *d, const char *url)
{
	if (strlen(url) < DOOR_TOKEN + 2 || url[0] != '/' || url[DOOR_TOKEN + 1] != '/' ||
	    !memeql_sec(url + 1, d->token, DOOR_TOKEN))
		return NULL;
	return url + DOOR_TOKEN + 2;
}

bool
door_file(const char *path)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                              "0123456789._-/";
	size_t len = strlen(path);

	if (len == 0 || len > DOOR_PATH || strspn(path, allowed) != len)
		return false;
	// no empty name and none that begins with a dot
	return path[0] != '.' && path[0] != '/' && path[len - 1] != '/' &&
	       strstr(path, "/.") == NULL && strstr(path, "//") == NULL;
}

const char *
door_type(const char *path)
{
	static const struct { const char *end, *type; } types[] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(dot, types[i].end) == 0)
			return types[i].type;
	return NULL;
}
