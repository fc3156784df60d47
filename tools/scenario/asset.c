// SPDX-License-Identifier: MIT
// Who holds what a goal is about.  Patterns of modules are compared as such: what they may
// come to name counts, not what there is today.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/asset.h"
#include "tools/scenario/closure.h"
#include "tools/scenario/setting.h"

static bool
read_ports(struct scenario *s, config_setting_t *c, struct asset *a)
{
	config_setting_t *list;
	void *out;

	if (!setting_list(s, c, "ports", sizeof *a->ports, &list, &a->port_count, &out))
		return false;
	a->ports = out;
	for (unsigned i = 0; i < a->port_count; i++) {
		config_setting_t *e = config_setting_get_elem(list, i);
		int port = config_setting_get_int(e);

		if (config_setting_type(e) != CONFIG_TYPE_INT || port < 0 || port > 0xffff)
			return scenario_error(s, setting_place(list),
			                      "\"ports\" must contain ports");
		a->ports[i] = (unsigned)port;
	}
	return true;
}

static bool
read_asset(struct scenario *s, config_setting_t *c, struct asset *a)
{
	static const char *const names[] = { "name", "modules", "sessions", "ports", "owners",
		                             "public", NULL };

	a->at = setting_place(c);
	if (!setting_known(s, c, names) || !setting_string(s, c, "name", true, &a->name) ||
	    !setting_texts(s, c, "modules", &a->modules, &a->module_count) ||
	    !setting_texts(s, c, "sessions", &a->sessions, &a->session_count) ||
	    !read_ports(s, c, a) || !setting_bool(s, c, "public", &a->public) ||
	    !setting_texts(s, c, "owners", &a->owner_names, &a->owner_count))
		return false;
	if (a->module_count + a->session_count + a->port_count == 0)
		return scenario_error(s, a->at, "the asset \"%s\" is in no module, session or port",
		                      a->name);
	if (a->public != (a->owner_count == 0))
		return scenario_error(s, a->at, "the asset \"%s\" has either owners or public = "
		                      "true", a->name);
	for (unsigned i = 0; i < a->session_count; i++)
		if (session_type(s, a->sessions[i]) == NULL)
			return scenario_unknown_type(s, a->at, a->sessions[i]);
	return true;
}

bool
scenario_read_assets(struct scenario *s, config_setting_t *root)
{
	config_setting_t *list;
	void *out;

	if (!setting_list(s, root, "assets", sizeof *s->assets, &list, &s->asset_count, &out))
		return false;
	s->assets = out;
	for (unsigned i = 0; i < s->asset_count; i++)
		if (!read_asset(s, config_setting_get_elem(list, i), &s->assets[i]))
			return false;
	return s->parent == NULL || s->asset_count == 0 ||
	       scenario_error(s, s->assets[0].at, "a subsystem has no assets: %s holds what it "
	                      "has", s->parent->name);
}

// Without a "?", and how much of it every name has in common.
static const char *
stem(const char *pattern, size_t *n, bool *open)
{
	pattern += *pattern == '?';
	*n = strlen(pattern);
	*open = *n > 0 && pattern[*n - 1] == '*';
	*n -= *open;
	return pattern;
}

// Is there a name that both patterns have?
static bool
overlap(const char *a, const char *b)
{
	size_t m, n;
	bool open_a, open_b;

	a = stem(a, &m, &open_a), b = stem(b, &n, &open_b);
	if (strncmp(a, b, m < n ? m : n) != 0)
		return false;
	return (m <= n || open_b) && (n <= m || open_a);
}

// Has `a` every name that `b` has?
static bool
covers(const char *a, const char *b)
{
	size_t m, n;
	bool open_a, open_b;

	a = stem(a, &m, &open_a), b = stem(b, &n, &open_b);
	if (!open_a)
		return !open_b && m == n && strncmp(a, b, n) == 0;
	return n >= m && strncmp(a, b, m) == 0;
}

static const char *
module_held(const struct asset *a, const struct component *k)
{
	for (unsigned i = 0; i < k->module_count; i++)
		for (unsigned j = 0; j < a->module_count; j++)
			if (overlap(a->modules[j], k->modules[i]))
				return k->modules[i];
	for (unsigned i = 0; i < k->subsystem_count; i++)
		for (unsigned j = 0; j < k->subsystems[i].component_count; j++) {
			const char *held = module_held(a, &k->subsystems[i].components[j]);

			if (held != NULL)
				return held;
		}
	return NULL;
}

// At either end of such a session?
static bool
in_session(const struct scenario *s, const char *type, unsigned c)
{
	const struct component *k = &s->components[c];

	for (unsigned i = 0; i < k->use_count; i++)
		if (strcmp(k->uses[i].type->name, type) == 0)
			return true;
	for (unsigned i = 0; i < k->serves_count; i++)
		if (strcmp(k->serves[i]->name, type) == 0)
			return true;
	return false;
}

const char *
asset_held(const struct scenario *s, const struct asset *a, unsigned c)
{
	static char text[64];
	const struct component *k = &s->components[c];
	const char *module = module_held(a, k);

	if (module != NULL) {
		snprintf(text, sizeof text, "the module \"%.32s\"", module);
		return text;
	}
	for (unsigned i = 0; i < a->session_count; i++)
		if (in_session(s, a->sessions[i], c)) {
			snprintf(text, sizeof text, "a %.15s session", a->sessions[i]);
			return text;
		}
	for (unsigned i = 0; i < k->port_count; i++)
		for (unsigned j = 0; j < a->port_count; j++)
			if (a->ports[j] >= k->ports[i].first &&
			    a->ports[j] - k->ports[i].first < k->ports[i].count) {
				snprintf(text, sizeof text, "port 0x%x", a->ports[j]);
				return text;
			}
	return NULL;
}

bool
asset_owned(const struct asset *a, unsigned c)
{
	for (unsigned i = 0; i < a->owner_count; i++)
		if (a->owners[i] == c)
			return true;
	return false;
}

const char *
module_unowned(const struct scenario *s, const struct component *k)
{
	for (unsigned i = 0; i < k->module_count; i++) {
		bool found = false;

		for (unsigned j = 0; j < s->asset_count; j++)
			for (unsigned m = 0; m < s->assets[j].module_count; m++)
				found |= covers(s->assets[j].modules[m], k->modules[i]);
		if (!found)
			return k->modules[i];
	}
	for (unsigned i = 0; i < k->subsystem_count; i++)
		for (unsigned j = 0; j < k->subsystems[i].component_count; j++) {
			const char *module = module_unowned(s, &k->subsystems[i].components[j]);

			if (module != NULL)
				return module;
		}
	return NULL;
}

bool
asset_of_goal(const struct scenario *s, const struct asset *a, const struct goal *g,
              const bool *member)
{
	if (a->public || g->property == AVAILABILITY)
		return false;
	for (unsigned i = 0; i < g->asset_count; i++)
		if (strcmp(g->assets[i], a->name) == 0)
			return true;
	for (unsigned c = 0; c < s->component_count; c++)
		if (member[PART_FIRST + c] && asset_owned(a, c))
			return true;
	return false;
}

static bool
check_goal(struct scenario *s, const struct goal *g)
{
	for (unsigned i = 0; i < g->asset_count; i++) {
		bool found = false;

		for (unsigned j = 0; j < s->asset_count; j++)
			found |= strcmp(s->assets[j].name, g->assets[i]) == 0;
		if (!found)
			return scenario_error(s, g->at, "there is no asset \"%s\"", g->assets[i]);
	}
	return true;
}

static bool
check_asset(struct scenario *s, struct asset *a)
{
	for (struct asset *other = s->assets; other < a; other++)
		if (strcmp(other->name, a->name) == 0)
			return scenario_error(s, a->at, "a second asset is called \"%s\"", a->name);
	a->owners = calloc(a->owner_count + 1, sizeof *a->owners);
	if (a->owners == NULL)
		return scenario_error(s, a->at, "out of memory");
	for (unsigned i = 0; i < a->owner_count; i++) {
		unsigned c = 0;

		while (c < s->component_count &&
		       strcmp(s->components[c].name, a->owner_names[i]) != 0)
			c++;
		if (c == s->component_count)
			return scenario_error(s, a->at, "the owner \"%s\" does not exist",
			                      a->owner_names[i]);
		a->owners[i] = c;
	}
	for (unsigned c = 0; !a->public && c < s->component_count; c++) {
		const char *held = asset_owned(a, c) ? NULL : asset_held(s, a, c);

		if (held != NULL)
			return scenario_error(s, s->components[c].at, "%s gets %s, which has the "
			                      "asset \"%s\", and is not among its owners",
			                      s->components[c].name, held, a->name);
	}
	return true;
}

bool
scenario_check_assets(struct scenario *s)
{
	for (unsigned i = 0; i < s->asset_count; i++)
		if (!check_asset(s, &s->assets[i]))
			return false;
	for (unsigned i = 0; i < s->goal_count; i++)
		if (!check_goal(s, &s->goals[i]))
			return false;
	return true;
}

void
scenario_close_assets(struct scenario *s)
{
	for (unsigned i = 0; i < s->asset_count; i++) {
		struct asset *a = &s->assets[i];

		free(a->modules), free(a->sessions), free(a->ports);
		free(a->owner_names), free(a->owners);
	}
	for (unsigned i = 0; i < s->goal_count; i++)
		free(s->goals[i].assets);
	free(s->assets);
}
