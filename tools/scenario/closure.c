// SPDX-License-Identifier: MIT
// What a security goal rests on.  Always kernel and init; the holder of the
// asset; every server that a member uses and relies on for this property; who
// holds a device right that is not harmless (device.h), or part of a device of a
// member's, or gets the same of it from a member; who owns an asset of the goal's
// or of a member's, and a legacy holder of a boot module that no asset has; and,
// for availability, who runs before a member because of a higher priority.
#include <stdio.h>
#include <string.h>
#include "tools/scenario/asset.h"
#include "tools/scenario/closure.h"
#include "tools/scenario/device.h"

struct walk {
	const struct scenario *s;
	const struct goal *g;
	bool *member;
	char (*reason)[REASON];
	unsigned queue[128], head, tail;
};

static void
join(struct walk *w, unsigned c, const char *reason)
{
	unsigned part = PART_FIRST + c;

	if (w->member[part])
		return;
	w->member[part] = true;
	snprintf(w->reason[part], REASON, "%s", reason);
	if (w->tail < sizeof w->queue / sizeof w->queue[0])
		w->queue[w->tail++] = c;
}

static void
join_servers(struct walk *w, unsigned c)
{
	const struct component *k = &w->s->components[c];
	char text[REASON];

	for (unsigned i = 0; i < k->use_count; i++) {
		const struct use *u = &k->uses[i];

		if (u->relies_not[w->g->property] != NULL)
			continue;
		snprintf(text, sizeof text, "%s relies on its %s session", k->name, u->name);
		join(w, u->server, text);
	}
}

// Who has a share of the time takes no more, however high its priority; if the shares
// leave nothing, they excuse nobody.
static void
join_earlier(struct walk *w, unsigned c)
{
	const struct component *k = &w->s->components[c];
	unsigned shares = 0;
	char text[REASON];

	for (unsigned i = 0; i < w->s->component_count; i++)
		if (w->s->components[i].priority > k->priority)
			shares += w->s->components[i].share;

	for (unsigned i = 0; i < w->s->component_count; i++)
		if (w->s->components[i].priority > k->priority &&
		    (w->s->components[i].share == 0 || shares >= 100)) {
			snprintf(text, sizeof text, "has a higher priority than %s", k->name);
			join(w, i, text);
		}
}

// By its rights alone, whoever else is a member.
static void
join_powerful(struct walk *w, unsigned c)
{
	const struct component *k = &w->s->components[c];
	const char *module = module_unowned(w->s, k);
	char text[REASON];
	struct right r;

	for (unsigned j = 0; component_right(k, j, &r); j++) {
		const char *breaks = right_breaks(&r, w->g->property);

		if (breaks == NULL && right_excused(&r))
			continue;
		snprintf(text, sizeof text, "holds %s%s%s", r.text, breaks != NULL ? ", " :
		         r.reason == NULL ? ", and nothing says why that is harmless" :
		         ", and nobody has checked why that is harmless",
		         breaks != NULL ? breaks : "");
		join(w, c, text);
	}
	if (module != NULL && !k->trusted && w->g->property != AVAILABILITY) {
		snprintf(text, sizeof text, "holds the boot module \"%.32s\", and no asset says "
		         "whose it is", module);
		join(w, c, text);
	}
}

// Who has another part of a device that `c` has.
static void
join_sharers(struct walk *w, unsigned c)
{
	char text[REASON];
	struct right a, b;

	for (unsigned i = 0; i < w->s->component_count; i++)
		for (unsigned m = 0; component_right(&w->s->components[c], m, &a); m++)
			for (unsigned n = 0; i != c &&
			     component_right(&w->s->components[i], n, &b); n++) {
				const char *device = right_shared(&a, &b);

				if (device == NULL)
					continue;
				snprintf(text, sizeof text, "holds %s, a part of %s's device: %s",
				         b.text, w->s->components[c].name, device);
				join(w, i, text);
			}
}

// Who has the same screen or keyboard from a member.
static void
join_clients(struct walk *w, unsigned c)
{
	char text[REASON];

	for (unsigned i = 0; i < w->s->component_count; i++)
		for (unsigned j = 0; j < w->s->components[i].use_count; j++) {
			const struct use *u = &w->s->components[i].uses[j];

			if (u->server != c || u->of_parent || !u->type->common)
				continue;
			snprintf(text, sizeof text, "has the device of %s by its %s session",
			         w->s->components[c].name, u->name);
			join(w, i, text);
		}
}

static void
join_owners(struct walk *w)
{
	char text[REASON];

	for (unsigned i = 0; i < w->s->asset_count; i++) {
		const struct asset *a = &w->s->assets[i];

		if (!asset_of_goal(w->s, a, w->g, w->member))
			continue;
		for (unsigned j = 0; j < a->owner_count; j++) {
			snprintf(text, sizeof text, "owns the asset \"%.80s\"", a->name);
			join(w, a->owners[j], text);
		}
	}
}

void
closure(const struct scenario *s, const struct goal *g, bool *member, char (*reason)[REASON])
{
	struct walk w = { .s = s, .g = g, .member = member, .reason = reason };

	member[PART_KERNEL] = member[PART_INIT] = true;
	snprintf(reason[PART_KERNEL], REASON, "runs everything in privileged mode");
	snprintf(reason[PART_INIT], REASON, "hands out all memory and rights");
	join(&w, g->holder, "holds the asset");
	for (unsigned i = 0; i < s->component_count; i++)
		join_powerful(&w, i);
	join_owners(&w);
	while (w.head < w.tail) {
		unsigned c = w.queue[w.head++];

		join_servers(&w, c);
		join_sharers(&w, c);
		join_clients(&w, c);
		join_owners(&w);
		if (g->property == AVAILABILITY)
			join_earlier(&w, c);
	}
}

unsigned
share_before(const struct scenario *s, const bool *member, unsigned c)
{
	for (unsigned i = 0; !member[PART_FIRST + c] && i < s->component_count; i++)
		if (member[PART_FIRST + i] && s->components[i].priority < s->components[c].priority)
			return s->components[c].share;
	return 0;
}

// A member's use of `c` that is not relied upon.
static const struct use *
not_relied(const struct scenario *s, const bool *member, unsigned c)
{
	for (unsigned i = 0; i < s->component_count; i++)
		for (unsigned j = 0; member[PART_FIRST + i] && j < s->components[i].use_count; j++)
			if (s->components[i].uses[j].server == c)
				return &s->components[i].uses[j];
	return NULL;
}

void
why_not(const struct scenario *s, const struct goal *g, const bool *member, unsigned c,
        char reason[REASON])
{
	const struct use *u = not_relied(s, member, c);
	const char *rest = g->property == AVAILABILITY ? ", and none waits for it" : "";
	struct right right;

	if (g->property == AVAILABILITY && share_before(s, member, c) > 0)
		snprintf(reason, REASON, "no member relies on it; it runs before members for at "
		         "most %u %% of the time", s->components[c].share);
	else if (u != NULL)
		snprintf(reason, REASON, "its %s session is not relied upon: %s", u->name,
		         u->relies_not[g->property]);
	else if (component_right(&s->components[c], 0, &right))
		snprintf(reason, REASON, "no member relies on it%s; what it may do to devices is "
		         "said to be harmless", rest);
	else
		snprintf(reason, REASON, "no member relies on it%s, and it has no right to any "
		         "device", rest);
}
