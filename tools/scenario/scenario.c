// SPDX-License-Identifier: MIT
// Reads a scenario file: libconfig settings into struct scenario.  What the
// values must be to each other is in scenario_check.c.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/asset.h"
#include "tools/scenario/device.h"
#include "tools/scenario/setting.h"

const char *const property_name[PROPERTIES] = { "confidentiality", "integrity", "availability" };

bool
scenario_error(struct scenario *s, struct place at, const char *format, ...)
{
	va_list args;
	int n = snprintf(s->error, sizeof s->error, "%s:%u: ", at.file, at.line);

	va_start(args, format);
	if (n > 0 && (size_t)n < sizeof s->error)
		vsnprintf(s->error + n, sizeof s->error - (size_t)n, format, args);
	va_end(args);
	return false;
}

static bool
read_relies_not(struct scenario *s, config_setting_t *c, struct use *u)
{
	static const char *const names[] = { "property", "reason", NULL };
	config_setting_t *list;
	unsigned n;
	void *unused;

	if (!setting_list(s, c, "relies_not", 1, &list, &n, &unused))
		return false;
	free(unused);
	for (unsigned i = 0; i < n; i++) {
		config_setting_t *e = config_setting_get_elem(list, i);
		enum property p;
		const char *reason = NULL;

		if (!setting_known(s, e, names) || !setting_property(s, e, &p) ||
		    !setting_string(s, e, "reason", true, &reason))
			return false;
		if (u->relies_not[p] != NULL)
			return scenario_error(s, setting_place(e), "%s is named twice",
			                      property_name[p]);
		u->relies_not[p] = reason;
	}
	return true;
}

static bool
read_use(struct scenario *s, config_setting_t *c, struct component *owner, struct use *u)
{
	static const char *const names[] = { "session",       "name",       "server", "label",
		                             "colour",        "donate",     "hover",  "background",
		                             "band",          "kill_destroys", "relies_not", NULL };
	const char *type = NULL;
	uint64_t colour = 0, donate = 0;

	u->at = setting_place(c);
	if (!setting_known(s, c, names) || !setting_string(s, c, "session", true, &type))
		return false;
	u->type = session_type(s, type);
	if (u->type == NULL)
		return scenario_unknown_type(s, u->at, type);
	if (u->type->named && config_setting_get_member(c, "label") == NULL)
		return scenario_error(s, u->at, "a %s session needs a label, which the user sees: "
		                      "label = \"...\"", type);
	if (u->type->named && config_setting_get_member(c, "colour") == NULL)
		return scenario_error(s, u->at, "a %s session needs a colour, which the user sees: "
		                      "colour = 0x...", type);
	u->name = u->type->name;
	if (!setting_string(s, c, "name", false, &u->name) ||
	    !setting_string(s, c, "server", true, &u->server_name) ||
	    !setting_string(s, c, "label", u->type->named, &u->label) ||
	    !setting_number(s, c, "colour", u->type->named, 0, 0xffffff, &colour) ||
	    !setting_size(s, c, "donate", &donate) || !setting_bool(s, c, "hover", &u->hover) ||
	    !setting_bool(s, c, "background", &u->background) ||
	    !setting_string(s, c, "band", false, &u->band) ||
	    !setting_bool(s, c, "kill_destroys", &u->kill_destroys) || !read_relies_not(s, c, u))
		return false;
	u->of_parent = s->parent != NULL && strcmp(u->server_name, "parent") == 0;
	if (u->label == NULL)
		u->label = owner->name;
	u->colour = (uint32_t)colour;
	u->private = u->type->private;
	u->shared = u->type->shared;
	if (!u->type->donated)
		return donate == 0 ||
		       scenario_error(s, u->at, "a session of type %s takes no donation", type);
	// of a window something has to be seen
	const uint64_t least = u->type->named ? 64 << 10 : 4 << 10;
	if (donate < u->private + least)
		return scenario_error(s, u->at,
		                      "a session of type %s needs a donation: donate = \"%lluK\" "
		                      "or more", type,
		                      (unsigned long long)(u->private + least) >> 10);
	u->shared = donate - u->private;
	return true;
}

// Why a right to hardware breaks nobody else, and who has checked that.
static bool
read_reason(struct scenario *s, config_setting_t *c, const char **reason, const char **reviewed)
{
	if (!setting_string(s, c, "reason", false, reason) ||
	    !setting_string(s, c, "reviewed", false, reviewed))
		return false;
	if (*reviewed == NULL || (*reason != NULL && review_good(*reviewed)))
		return true;
	return scenario_error(s, setting_place(c), "reviewed belongs to a reason, and says who "
	                      "and when: \"name, 2026-12-31\"");
}

static bool
read_port(struct scenario *s, config_setting_t *c, struct port *p)
{
	static const char *const names[] = { "first", "count", "reason", "reviewed", NULL };
	uint64_t first = 0, count = 1;

	p->at = setting_place(c);
	if (!setting_known(s, c, names) ||
	    !setting_number(s, c, "first", true, 0, 0xffff, &first) ||
	    !setting_number(s, c, "count", false, 1, 0x10000 - (int64_t)first, &count) ||
	    !read_reason(s, c, &p->reason, &p->reviewed))
		return false;
	p->first = (unsigned)first, p->count = (unsigned)count;
	return true;
}

static bool
read_irq(struct scenario *s, config_setting_t *c, struct irq *irq)
{
	static const char *const names[] = { "line", "reason", "reviewed", NULL };
	uint64_t line = 0;

	irq->at = setting_place(c);
	if (!setting_known(s, c, names) || !setting_number(s, c, "line", true, 0, 23, &line) ||
	    !read_reason(s, c, &irq->reason, &irq->reviewed))
		return false;
	irq->line = (unsigned)line;
	return true;
}

static bool
read_device(struct scenario *s, config_setting_t *c, struct device *d)
{
	static const char *const names[] = { "name",   "address", "size", "write_combining",
		                             "read_only", "iommu", "reason", "reviewed",
		                             NULL };

	d->at = setting_place(c);
	return setting_known(s, c, names) && setting_string(s, c, "name", true, &d->name) &&
	       setting_number(s, c, "address", true, 0, 0xffffffff, &d->address) &&
	       setting_size(s, c, "size", &d->size) &&
	       setting_bool(s, c, "write_combining", &d->wc) &&
	       setting_bool(s, c, "read_only", &d->read_only) &&
	       setting_bool(s, c, "iommu", &d->iommu) &&
	       read_reason(s, c, &d->reason, &d->reviewed) &&
	       ((d->size != 0 && d->address % 4096 == 0) ||
	        scenario_error(s, d->at, "device memory needs a size and an address on a page"));
}

static bool
read_framebuffer(struct scenario *s, config_setting_t *c, struct component *k)
{
	static const char *const names[] = { "size", "reason", "reviewed", NULL };
	config_setting_t *f = config_setting_get_member(c, "framebuffer");

	if (f == NULL)
		return true;
	k->framebuffer = true;
	return setting_known(s, f, names) && setting_size(s, f, "size", &k->framebuffer_size) &&
	       read_reason(s, f, &k->framebuffer_reason, &k->framebuffer_reviewed) &&
	       (k->framebuffer_size <= SCENARIO_VIDEO_MEMORY ||
	        scenario_error(s, setting_place(f), "the framebuffer's size is at most %dM",
	                       SCENARIO_VIDEO_MEMORY >> 20));
}

static bool
read_names(struct scenario *s, config_setting_t *c, struct component *k)
{
	config_setting_t *list;
	void *out;

	if (!setting_texts(s, c, "modules", &k->modules, &k->module_count) ||
	    !setting_list(s, c, "serves", sizeof *k->serves, &list, &k->serves_count, &out))
		return false;
	k->serves = out;
	for (unsigned i = 0; i < k->serves_count; i++) {
		const char *name = config_setting_get_string_elem(list, (int)i);

		k->serves[i] = name != NULL ? session_type(s, name) : NULL;
		if (k->serves[i] == NULL)
			return scenario_unknown_type(s, setting_place(list),
			                             name != NULL ? name : "?");
	}
	return true;
}

static bool
read_rights(struct scenario *s, config_setting_t *c, struct component *k)
{
	config_setting_t *list;
	void *out;

	if (!setting_list(s, c, "ports", sizeof *k->ports, &list, &k->port_count, &out))
		return false;
	k->ports = out;
	for (unsigned i = 0; i < k->port_count; i++)
		if (!read_port(s, config_setting_get_elem(list, i), &k->ports[i]))
			return false;
	if (!setting_list(s, c, "irqs", sizeof *k->irqs, &list, &k->irq_count, &out))
		return false;
	k->irqs = out;
	for (unsigned i = 0; i < k->irq_count; i++)
		if (!read_irq(s, config_setting_get_elem(list, i), &k->irqs[i]))
			return false;
	if (!setting_list(s, c, "devices", sizeof *k->devices, &list, &k->device_count, &out))
		return false;
	k->devices = out;
	for (unsigned i = 0; i < k->device_count; i++)
		if (!read_device(s, config_setting_get_elem(list, i), &k->devices[i]))
			return false;
	return read_framebuffer(s, c, k);
}

static bool
read_component(struct scenario *s, config_setting_t *c, struct component *k)
{
	static const char *const names[] = { "name",        "program",   "role",  "priority",
		                             "slice",       "memory",    "quota", "stack",
		                             "restart",     "root_info", "uses",  "serves",
		                             "modules",     "ports",     "irqs",  "devices", "dma",
		                             "framebuffer", "own_thread", "budget", "argument",
		                             "grows", "relays", "subsystems", "tsc", "tasks",
		                             "share", NULL };
	config_setting_t *list;
	const char *role = NULL;
	uint64_t priority = 0, slice = 10000, share = 0, budget = 0;
	void *out;

	k->at = setting_place(c);
	k->stack = 32 << 10;
	k->quota = 256 << 10;
	if (!setting_known(s, c, names) || !setting_string(s, c, "name", true, &k->name) ||
	    !setting_string(s, c, "program", true, &k->program) ||
	    !setting_string(s, c, "role", true, &role) ||
	    !setting_number(s, c, "priority", true, 1, 254, &priority) ||
	    !setting_number(s, c, "slice", false, 100, 1000000, &slice) ||
	    !setting_number(s, c, "share", false, 1, 99, &share) ||
	    !setting_number(s, c, "budget", false, 1, 1000000, &budget) ||
	    !setting_size(s, c, "memory", &k->heap) || !setting_size(s, c, "stack", &k->stack) ||
	    !setting_size(s, c, "quota", &k->quota) || !setting_size(s, c, "dma", &k->dma) ||
	    !setting_string(s, c, "argument", false, &k->argument) ||
	    !setting_bool(s, c, "restart", &k->restart) ||
	    !setting_bool(s, c, "root_info", &k->root_info) ||
	    !setting_bool(s, c, "own_thread", &k->own_thread) ||
	    !setting_bool(s, c, "tsc", &k->tsc) || !setting_bool(s, c, "tasks", &k->tasks) ||
	    !setting_bool(s, c, "grows", &k->grows) || !read_names(s, c, k) ||
	    !read_rights(s, c, k) || !scenario_read_relays(s, c, k))
		return false;
	k->priority = (unsigned)priority, k->slice = (unsigned)slice, k->budget = (unsigned)budget;
	k->share = (unsigned)share;
	k->trusted = strcmp(role, "trusted") == 0;
	if (!k->trusted && strcmp(role, "legacy") != 0)
		return scenario_error(s, k->at, "role \"%s\" must be trusted or legacy", role);
	if (k->trusted && k->own_thread)
		return scenario_error(s, k->at, "own_thread is for legacy components only");
	if (k->tasks && (k->trusted || k->priority == 1 || s->parent != NULL))
		return scenario_error(s, k->at, "tasks is for legacy components outside subsystems "
		                      "whose priority is 2 or more: their tasks are below them");
	if (!setting_list(s, c, "uses", sizeof *k->uses, &list, &k->use_count, &out))
		return false;
	k->uses = out;
	for (unsigned i = 0; i < k->use_count; i++)
		if (!read_use(s, config_setting_get_elem(list, i), k, &k->uses[i]))
			return false;
	return scenario_read_subsystems(s, k);
}

static bool
read_goal(struct scenario *s, config_setting_t *c, struct goal *g)
{
	static const char *const names[] = { "asset", "property", "holder", "assets", NULL };

	g->at = setting_place(c);
	return setting_known(s, c, names) && setting_string(s, c, "asset", true, &g->asset) &&
	       setting_property(s, c, &g->property) &&
	       setting_string(s, c, "holder", true, &g->holder_name) &&
	       setting_texts(s, c, "assets", &g->assets, &g->asset_count);
}

static bool
read_scenario(struct scenario *s, config_setting_t *root)
{
	static const char *const names[] = { "title", "purpose",    "machine", "sessions", "qemu",
		                             "goals", "components", "instead_of", "peer",
		                             "assets", NULL };
	config_setting_t *list;
	void *out;

	s->machine = 64 << 20;
	s->at = setting_place(root);
	if (!setting_known(s, root, names) || !setting_string(s, root, "title", true, &s->title) ||
	    !setting_string(s, root, "purpose", true, &s->purpose) ||
	    !setting_size(s, root, "machine", &s->machine) || !scenario_read_types(s, root) ||
	    !setting_string(s, root, "qemu", false, &s->qemu) ||
	    !setting_string(s, root, "peer", false, &s->peer) ||
	    !setting_texts(s, root, "instead_of", &s->instead_of, &s->instead_count) ||
	    !scenario_read_assets(s, root) ||
	    !setting_list(s, root, "goals", sizeof *s->goals, &list, &s->goal_count, &out))
		return false;
	s->at = setting_place(config_setting_get_member(root, "title"));
	s->goals = out;
	for (unsigned i = 0; i < s->goal_count; i++)
		if (!read_goal(s, config_setting_get_elem(list, i), &s->goals[i]))
			return false;
	if (!setting_list(s, root, "components", sizeof *s->components, &list, &s->component_count,
	                  &out))
		return false;
	s->components = out;
	for (unsigned i = 0; i < s->component_count; i++)
		if (!read_component(s, config_setting_get_elem(list, i), &s->components[i]))
			return false;
	return s->component_count > 0 ||
	       scenario_error(s, setting_place(root), "there are no components");
}

bool
scenario_open(struct scenario *s, const char *path)
{
	return scenario_open_in(s, path, NULL);
}

bool
scenario_open_in(struct scenario *s, const char *path, const struct component *parent)
{
	const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	size_t n = strcspn(base, ".");
	char *dir = strndup(path, (size_t)(base - path));

	memset(s, 0, sizeof *s);
	s->parent = parent;
	config_init(&s->config);
	snprintf(s->name, sizeof s->name, "%.*s", (int)n, base);
	config_set_include_dir(&s->config, dir != NULL && *dir != '\0' ? dir : ".");
	bool ok = scenario_syntax(s, path, dir != NULL ? dir : "");
	free(dir);
	if (!ok)
		return false;
	if (!config_read_file(&s->config, path)) {
		const char *file = config_error_file(&s->config);
		struct place at = { file != NULL ? file : path,
			            (unsigned)config_error_line(&s->config) };
		const char *text = config_error_text(&s->config);

		return scenario_error(s, at, "%s", text != NULL ? text : "cannot be read");
	}
	return read_scenario(s, config_root_setting(&s->config)) && scenario_check(s);
}

void
scenario_close(struct scenario *s)
{
	for (unsigned i = 0; i < s->component_count; i++) {
		struct component *k = &s->components[i];

		scenario_close_subsystems(k);
		free(k->serves), free(k->uses), free(k->ports);
		free(k->irqs), free(k->devices), free(k->modules);
	}
	scenario_close_assets(s);
	free(s->components), free(s->goals), free(s->types);
	free(s->instead_of);
	config_destroy(&s->config);
}
