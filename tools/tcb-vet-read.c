// SPDX-License-Identifier: MIT
// Reads scenario files with libconfig alone, and the dump of a running kernel.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/tcb-vet.h"

void
stop(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("tcb-vet: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	exit(2);
}

void *
more(void *array, unsigned n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	array = realloc(array, (n == 0 ? 1 : 2 * (size_t)n) * size);
	return array != NULL ? array : (stop("out of memory"), NULL);
}

const char *
text_of(config_setting_t *c, const char *name, const char *none)
{
	config_setting_lookup_string(c, name, &none);
	return none;
}

long
number_of(config_setting_t *c, const char *name, long none)
{
	config_setting_t *s = config_setting_get_member(c, name);

	if (s != NULL && config_setting_type(s) == CONFIG_TYPE_BOOL)
		return config_setting_get_bool(s);
	return s == NULL ? none : config_setting_type(s) == CONFIG_TYPE_INT ?
		(long)(uint32_t)config_setting_get_int(s) : (long)config_setting_get_int64(s);
}

uint64_t
size_of(config_setting_t *c, const char *name, uint64_t none)
{
	const char *text = text_of(c, name, NULL);
	char *end;

	if (text == NULL)
		return none;
	uint64_t n = strtoull(text, &end, 10);
	return n << (*end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0);
}

static void
open_config(config_t *config, const char *path)
{
	char folder[512];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - path) : 1,
	         slash != NULL ? path : ".");
	config_init(config);
	config_set_include_dir(config, folder);
	if (!config_read_file(config, path))
		stop("%s: %s", path, config_error_text(config));
}

// What the types bring along: lib/session/ says why.
static void
know_type(struct wanted *w, struct client *k)
{
	static const struct {
		const char *name;
		unsigned shared, private;       // K
		bool up, down;
	} types[] = {
		{ "gui", 0, 48, false, true }, { "fb", 0, 0, false, true },
		{ "mode", 0, 0, false, true }, { "input", 8, 0, false, true },
		{ "sign", 512, 0, false, true }, { "pci", 0, 0, false, false },
		{ "launcher", 0, 0, false, true }, { "log", 0, 0, false, false },
		{ "net", 264, 0, true, true },
		{ "packet", 264, 0, true, true }, { "sa", 0, 0, false, true },
		{ "tunnel", 0, 0, false, false },
	};
	config_setting_t *own = config_lookup(&w->config, "sessions"), *t;

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].name, k->type) == 0) {
			k->up = types[i].up, k->down = types[i].down;
			k->private = (uint64_t)types[i].private << 10;
			k->shared = (uint64_t)types[i].shared << 10;
			if (k->private > 0)
				k->shared = size_of(k->c, "donate", 0) - k->private;
			return;
		}
	for (int i = 0; own != NULL && (t = config_setting_get_elem(own, (unsigned)i)) != NULL; i++)
		if (strcmp(text_of(t, "name", ""), k->type) == 0) {
			k->private = size_of(t, "private", 0);
			k->shared = k->private == 0 ? size_of(t, "shared", 0) :
				size_of(k->c, "donate", 0) - k->private;
			k->up = number_of(t, "up", 0), k->down = number_of(t, "down", 0);
			return;
		}
	stop("a session of type %s", k->type);
}

int
find(const struct wanted *w, const char *name)
{
	for (unsigned i = 0; i < w->components; i++)
		if (strcmp(text_of(w->component[i], "name", ""), name) == 0)
			return (int)i;
	stop("there is no %s", name);
}

static struct client *
add_client(struct wanted *w, config_setting_t *use, int from, unsigned *number)
{
	struct client *k = &w->client[w->clients++];

	if (w->clients == sizeof w->client / sizeof w->client[0])
		stop("too many sessions");
	*k = (struct client){ .c = use, .from = from, .server = NOBODY, .number = (*number)++,
		.type = text_of(use, "session", ""),
		.label = text_of(use, "label", text_of(w->component[from], "name", "")),
		.kill = number_of(use, "kill_destroys", 0) };
	know_type(w, k);
	return k;
}

// What the components of a subsystem use of the parent, `from` uses for them.
static void
add_relayed(struct wanted *w, int from, const char *file, unsigned subsystem, unsigned *number)
{
	config_t *sub = calloc(1, sizeof *sub);         // its texts are needed to the end
	config_setting_t *owner = w->component[from], *list, *k, *u, *r;
	const char *here = config_setting_source_file(owner);
	char path[512];

	const char *slash = here != NULL ? strrchr(here, '/') : NULL;
	snprintf(path, sizeof path, "%.*s%s", slash != NULL ? (int)(slash - here + 1) : 0, here,
	         file);
	if (sub == NULL)
		stop("out of memory");
	open_config(sub, path);
	list = config_lookup(sub, "components");
	for (unsigned i = 0; list != NULL && (k = config_setting_get_elem(list, i)) != NULL; i++) {
		config_setting_t *uses = config_setting_get_member(k, "uses");

		for (unsigned j = 0; uses != NULL &&
		     (u = config_setting_get_elem(uses, j)) != NULL; j++) {
			if (strcmp(text_of(u, "server", ""), "parent") != 0)
				continue;
			struct client *c = add_client(w, u, from, number);
			char *label = malloc(96);
			config_setting_t *relays = config_setting_get_member(owner, "relays");

			if (label == NULL)
				stop("out of memory");
			c->relayed = true, c->subsystem = subsystem;
			for (unsigned n = 0; relays != NULL &&
			     (r = config_setting_get_elem(relays, n)) != NULL; n++)
				if (strcmp(text_of(r, "session", ""), c->type) == 0) {
					c->server = find(w, text_of(r, "server", ""));
					c->kill = number_of(r, "kill_destroys", 0);
					snprintf(label, 96, "%.32s > %.32s",
					         text_of(r, "label", ""),
					         text_of(u, "label", text_of(k, "name", "")));
				}
			c->label = label;
		}
	}
}

void
wanted_read(struct wanted *w, const char *path)
{
	config_setting_t *list, *k, *u;

	open_config(&w->config, path);
	list = config_lookup(&w->config, "components");
	while (list != NULL && (k = config_setting_get_elem(list, w->components)) != NULL) {
		if (w->components == TASKS)
			stop("too many components");
		w->component[w->components++] = k;
	}
	for (unsigned i = 0; i < w->components; i++) {
		config_setting_t *uses = config_setting_get_member(w->component[i], "uses");
		config_setting_t *subs = config_setting_get_member(w->component[i], "subsystems");
		unsigned number = 0;

		for (unsigned j = 0; uses != NULL &&
		     (u = config_setting_get_elem(uses, j)) != NULL; j++)
			add_client(w, u, (int)i, &number)->server =
				find(w, text_of(u, "server", ""));
		for (unsigned j = 0; subs != NULL && j < (unsigned)config_setting_length(subs); j++)
			add_relayed(w, (int)i, config_setting_get_string_elem(subs, (int)j), j,
			            &number);
	}
	for (unsigned i = 0; i < w->clients; i++)
		for (unsigned j = 0; j <= i; j++)
			w->client[i].id += w->client[j].server == w->client[i].server;
}

static void
read_line(struct dump *d, struct task *t, const char *line)
{
	struct cap c;
	struct page p = { 0 };
	struct reach r;
	unsigned long a, b, wx[2];
	unsigned byte;
	int n = 0;

	struct thread h = { 0 };

	if (sscanf(line, "H %ld %ld %ld %ld %ld %ld %ld %ld %ld", &h.priority, &h.slice, &h.share,
	           &h.counter, &h.utcb, &h.fault[0].to, &h.fault[0].label, &h.fault[1].to,
	           &h.fault[1].label) == 9) {
		t->thread = h, t->threads++;
	} else if (sscanf(line, "Q %ld", &t->quota) == 1) {
		return;
	} else if (sscanf(line, "B %lu %lu %lu", &a, wx, wx + 1) == 3 && a < TASKS) {
		d->task[a].entry = (long)wx[0], d->task[a].stack = (long)wx[1];
	} else if (sscanf(line, "C %ld %ld %ld %ld %ld %ld %ld", &c.index, &c.type, &c.rights,
	           &c.label, &c.line, &c.to, &c.owner) == 7) {
		t->cap = more(t->cap, t->caps, sizeof c);
		t->cap[t->caps++] = c;
	} else if (sscanf(line, "M %lu %lu %lu %lu %u", &p.va, &p.pa, &wx[0], &wx[1],
	                  &p.crc) == 5) {
		p.w = wx[0] != 0, p.x = wx[1] != 0;
		t->page = more(t->page, t->pages, sizeof p);
		t->page[t->pages++] = p;
	} else if (sscanf(line, "P %lu %lu", &a, &b) == 2 && b <= 65536) {
		while (a < b)
			t->port[a++] = 1;
	} else if (sscanf(line, "D %u %lu %lu", &r.place, &r.at, &r.frame) == 3) {
		d->reach = more(d->reach, d->reaches, sizeof r);
		d->reach[d->reaches++] = r;
	} else if (sscanf(line, "R %lu %lu", &a, &b) == 2) {
		for (; a < b && a < DEVICES; a += PAGE)
			d->window[a / PAGE] = true;
	} else if (sscanf(line, "E %lu", &a) == 1) {
		d->iommu = true, d->translates = a != 0;
	} else if (line[0] == 'S') {
		for (const char *at = line + 2; sscanf(at, "%2x%n", &byte, &n) == 1 &&
		     t->startup_size < sizeof t->startup; at += n)
			t->startup[t->startup_size++] = (unsigned char)byte;
	} else {
		stop("a line of the dump: %.60s", line);
	}
}

void
dump_read(struct dump *d, const char *path)
{
	FILE *f = fopen(path, "r");
	struct task *t = calloc(1, sizeof *t);
	char *line = NULL;
	size_t room = 0;
	long name, owner;

	if (f == NULL || t == NULL)
		stop("%s cannot be read", path);
	while (getline(&line, &room, f) > 0) {
		if (sscanf(line, "T %ld %ld", &name, &owner) != 2) {
			read_line(d, t, line);
			continue;
		}
		bool known = name >= 0 && name < TASKS && !d->task[name].there;
		if (!known && d->children == CHILDREN)
			stop("too many tasks");
		t = known ? &d->task[name] : calloc(1, sizeof *t);
		if (t == NULL)
			stop("out of memory");
		if (!known)
			d->child[d->children++] = t;
		t->there = true, t->owner = (int)owner;
	}
	free(line);
	fclose(f);
}
