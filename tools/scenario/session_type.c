// SPDX-License-Identifier: MIT
// Types of sessions: those of the system, and those that a scenario declares.
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/setting.h"

static const struct session_type types[] = {
	{ .name = "gui", .private = 48 << 10, .donated = true, .named = true, .down = true },
	{ .name = "fb", .down = true, .common = true },
	{ .name = "mode", .down = true },
	{ .name = "input", .shared = 8 << 10, .down = true, .common = true },
	{ .name = "sign", .shared = 512 << 10, .down = true },
	{ .name = "pci" },
	{ .name = "log" },
	{ .name = "launcher", .down = true },
	{ .name = "net", .shared = 264 << 10, .up = true, .down = true },
	{ .name = "packet", .shared = 264 << 10, .up = true, .down = true },
	{ .name = "sa", .down = true },
	{ .name = "tunnel" },
};

const struct session_type *
session_type(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	for (unsigned i = 0; i < s->type_count; i++)
		if (s->types[i].name != NULL && strcmp(s->types[i].name, name) == 0)
			return &s->types[i];
	return NULL;
}

bool
scenario_unknown_type(struct scenario *s, struct place at, const char *name)
{
	return scenario_error(s, at, "unknown session \"%s\": correct the name, or declare it: "
	                      "sessions = ( { name = \"%s\"; } )", name, name);
}

// A session type that only this scenario has: no GUI label.  With `private`, the client donates.
static bool
read_type(struct scenario *s, config_setting_t *c, struct session_type *t)
{
	static const char *const names[] = { "name", "shared", "private", "up", "down", NULL };
	const char *name = NULL;

	if (!setting_known(s, c, names) || !setting_string(s, c, "name", true, &name) ||
	    !setting_size(s, c, "shared", &t->shared) ||
	    !setting_size(s, c, "private", &t->private) || !setting_bool(s, c, "up", &t->up) ||
	    !setting_bool(s, c, "down", &t->down))
		return false;
	if (!scenario_name(name, 15))
		return scenario_error(
			s, setting_place(c),
			"\"%s\": names of sessions consist of a-z, 0-9, - and _, at most 15", name);
	if (session_type(s, name) != NULL)
		return scenario_error(s, setting_place(c),
		                      "there is a session type \"%s\" already", name);
	t->donated = t->private > 0;
	if (t->donated && t->shared > 0)
		return scenario_error(s, setting_place(c),
		                      "\"%s\": either shared or private: of a donation all that is "
		                      "not private is shared", name);
	t->name = name;
	return true;
}

bool
scenario_read_types(struct scenario *s, config_setting_t *root)
{
	config_setting_t *list;
	void *out;

	if (!setting_list(s, root, "sessions", sizeof *s->types, &list, &s->type_count, &out))
		return false;
	s->types = out;
	for (unsigned i = 0; i < s->type_count; i++)
		if (!read_type(s, config_setting_get_elem(list, i), &s->types[i]))
			return false;
	return true;
}
