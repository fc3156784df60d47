// SPDX-License-Identifier: MIT
// Subsystems of a component: scenario files of their own, whose components may use
// what the component relays of its own servers, and nothing else from outside.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <plan/plan.h>
#include "tools/scenario/setting.h"

enum { RELAY_NAME = 16, RELAY_TEXTS = 96 };

bool
scenario_read_relays(struct scenario *s, config_setting_t *c, struct component *k)
{
	static const char *const names[] = { "session", "server", "label", "kill_destroys", NULL };
	config_setting_t *list;
	const char *type = NULL;
	void *out;

	if (!setting_texts(s, c, "subsystems", &k->subsystem_files, &k->subsystem_count) ||
	    !setting_list(s, c, "relays", sizeof *k->relays, &list, &k->relay_count, &out))
		return false;
	k->relays = out;
	for (unsigned i = 0; i < k->relay_count; i++) {
		config_setting_t *e = config_setting_get_elem(list, i);
		struct relay *r = &k->relays[i];

		r->at = setting_place(e);
		if (!setting_known(s, e, names) || !setting_string(s, e, "session", true, &type) ||
		    !setting_string(s, e, "server", true, &r->server_name) ||
		    !setting_string(s, e, "label", true, &r->label) ||
		    !setting_bool(s, e, "kill_destroys", &r->kill_destroys))
			return false;
		r->type = session_type(s, type);
		if (r->type == NULL)
			return scenario_unknown_type(s, r->at, type);
	}
	return true;
}

static const struct relay *
find_relay(const struct component *k, const struct session_type *type)
{
	for (unsigned i = 0; i < k->relay_count; i++)
		if (k->relays[i].type == type)
			return &k->relays[i];
	return NULL;
}

// The component gets a use of its own for what one in a subsystem uses: the label
// says through whom.
static bool
relay_use(struct scenario *s, struct component *k, struct use *u)
{
	const struct relay *r = find_relay(k, u->type);
	struct use *more = realloc(k->uses, (k->use_count + 1) * sizeof *more);
	char *texts = malloc(RELAY_TEXTS);

	if (more == NULL || texts == NULL)
		exit((perror("scenario"), 1));
	k->uses = more;
	struct use *mine = &k->uses[k->use_count];
	*mine = *u;
	mine->texts = texts;
	mine->relayed = true;
	mine->of_parent = false;
	u->server = k->use_count++;
	if (r == NULL)
		return scenario_error(s, u->at, "%s relays no %s sessions: relays = ( { session = "
		                      "\"%s\"; ... } )", k->name, u->type->name, u->type->name);
	mine->server_name = r->server_name;
	mine->kill_destroys = r->kill_destroys;
	mine->subsystem = k->subsystem_count - 1;       // being read
	mine->name = texts, mine->label = texts + RELAY_NAME;
	snprintf(texts, RELAY_NAME, "relay%u", u->server);
	snprintf(texts + RELAY_NAME, RELAY_TEXTS - RELAY_NAME, "%.32s > %.32s", r->label, u->label);
	return true;
}

static bool
read_subsystem(struct scenario *s, struct component *k, const char *file)
{
	const char *slash = strrchr(k->at.file, '/');
	struct scenario *sub = &k->subsystems[k->subsystem_count];
	char path[512];

	snprintf(path, sizeof path, "%.*s%s", slash != NULL ? (int)(slash - k->at.file + 1) : 0,
	         k->at.file, file);
	if (access(path, R_OK) != 0)
		return scenario_error(s, k->at, "the subsystem %s cannot be read", path);
	k->subsystem_count++;
	if (!scenario_open_in(sub, path, k)) {
		memcpy(s->error, sub->error, sizeof s->error);
		return false;
	}
	for (unsigned i = 0; i < sub->component_count; i++)
		for (unsigned j = 0; j < sub->components[i].use_count; j++) {
			struct use *u = &sub->components[i].uses[j];

			if (u->of_parent && !relay_use(s, k, u))
				return false;
		}
	return true;
}

bool
scenario_read_subsystems(struct scenario *s, struct component *k)
{
	unsigned n = k->subsystem_count;
	bool runs_them = strcmp(k->program, "subsystems") == 0;

	k->subsystem_count = 0;         // those read so far
	if (strcmp(k->program, "init") == 0)
		return scenario_error(s, k->at, "the program \"init\" is the root task and nothing "
		                      "else: \"subsystems\" is the one for subsystems");
	if (runs_them != (n > 0))
		return scenario_error(s, k->at, "the program \"subsystems\" and a list "
		                      "\"subsystems\" belong together");
	if (n > 0 && k->trusted)
		return scenario_error(s, k->at, "a component with subsystems is legacy");
	if (n > PLAN_SUBSYSTEMS_MAX)
		return scenario_error(s, k->at, "more than %u subsystems", PLAN_SUBSYSTEMS_MAX);
	k->subsystems = calloc(n + 1, sizeof *k->subsystems);
	if (k->subsystems == NULL)
		exit((perror("scenario"), 1));
	for (unsigned i = 0; i < n; i++)
		if (!read_subsystem(s, k, k->subsystem_files[i]))
			return false;
	return true;
}

// What a subsystem may not have, whatever it says.
static bool
check_bounds(struct scenario *s)
{
	const struct component *parent = s->parent;

	if (s->goal_count > 0)
		return scenario_error(s, s->goals[0].at, "a subsystem has no goals: what it holds "
		                      "is at the mercy of %s", parent->name);
	for (unsigned i = 0; i < s->component_count; i++) {
		const struct component *k = &s->components[i];

		if (k->port_count + k->irq_count + k->device_count > 0 || k->framebuffer ||
		    k->root_info || k->dma > 0)
			return scenario_error(s, k->at, "%s: a subsystem has no rights to devices",
			                      k->name);
		if (k->guest)
			return scenario_error(s, k->at, "%s: a subsystem may not make virtual "
			                      "machines", k->name);
		if (k->tsc)
			return scenario_error(s, k->at, "%s: a subsystem may not read the "
			                      "time-stamp counter", k->name);
		if (k->trusted)
			return scenario_error(s, k->at,
			                      "%s: all components of a subsystem are legacy",
			                      k->name);
		if (k->priority >= parent->priority)
			return scenario_error(s, k->at,
			                      "%s must have a lower priority than %s (%u)",
			                      k->name, parent->name, parent->priority);
	}
	return true;
}

bool
scenario_check_subsystem(struct scenario *s)
{
	unsigned growing = 0;

	if (s->parent != NULL && !check_bounds(s))
		return false;
	for (unsigned i = 0; i < s->component_count; i++) {
		const struct component *k = &s->components[i];

		growing += k->grows;
		if (k->grows && (s->parent == NULL || k->heap == 0 || growing > 1))
			return scenario_error(s, k->at, "%s: only memory of one component of a "
			                      "subsystem grows", k->name);
	}
	return true;
}

void
scenario_close_subsystems(struct component *k)
{
	for (unsigned i = 0; k->subsystems != NULL && i < k->subsystem_count; i++)
		scenario_close(&k->subsystems[i]);
	for (unsigned i = 0; i < k->use_count; i++)
		free(k->uses[i].texts);
	free(k->subsystems), free(k->subsystem_files), free(k->relays);
}
