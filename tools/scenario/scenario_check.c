// SPDX-License-Identifier: MIT
// The rules a scenario must obey, each with the sentence its violation gets.
// tests/scenario/ has a file that breaks each of them.  Long: a list of rules.
#include <string.h>
#include <strings.h>
#include "tools/scenario/asset.h"
#include "tools/scenario/device.h"

static bool
printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

bool
scenario_name(const char *text, size_t max)
{
	return strlen(text) <= max &&
		text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_")] == '\0';
}

static int
find(const struct scenario *s, const char *name)
{
	for (unsigned i = 0; i < s->component_count; i++)
		if (strcmp(s->components[i].name, name) == 0)
			return (int)i;
	return -1;
}

static bool
serves(const struct component *k, const struct session_type *type)
{
	for (unsigned i = 0; i < k->serves_count; i++)
		if (k->serves[i] == type)
			return true;
	return false;
}

static bool
check_names(struct scenario *s)
{
	if (strlen(s->title) > 47 || !printable(s->title))
		return scenario_error(s, s->at,
		                      "the title must be printable ASCII of at most 47 characters");
	for (unsigned i = 0; i < s->component_count; i++) {
		const struct component *k = &s->components[i];

		if (!scenario_name(k->name, 31) || !scenario_name(k->program, 31))
			return scenario_error(
				s, k->at, "\"%s\": names consist of a-z, 0-9, - and _, at most 31",
				k->name);
		if (k->argument != NULL && (strlen(k->argument) > 47 || !printable(k->argument)))
			return scenario_error(s, k->at, "an argument must be printable ASCII "
			                      "of at most 47 characters");
		if (strcmp(k->name, "init") == 0 || strcmp(k->name, "kernel") == 0 ||
		    strcmp(k->name, "parent") == 0)
			return scenario_error(s, k->at, "the name \"%s\" is taken", k->name);
		if ((unsigned)find(s, k->name) != i)
			return scenario_error(s, k->at, "a second component is called \"%s\"",
			                      k->name);
	}
	return true;
}

// Every x of the shape is a hexadecimal digit, everything else itself.
static bool
is_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; text++, shape++)
		if (*text == '\0' ||
		    (*shape == 'x' ? strchr("0123456789abcdef", *text) == NULL : *text != *shape))
			return false;
	return *text == '\0';
}

// Bit 1 of the first byte: locally administered; bit 0: a group (IEEE 802, 8.2).
static bool
is_mac(const char *text)
{
	return is_shape(text, "xx:xx:xx:xx:xx:xx") && strchr("26ae", text[1]) != NULL;
}

// Calls go uphill, to somebody who serves this.
static bool
check_server(struct scenario *s, const struct component *k, struct use *u)
{
	int server = find(s, u->server_name);

	if (server < 0)
		return scenario_error(s, u->at, "%s uses \"%s\", which does not exist: correct the "
		                      "server's name, or add a component of that name", k->name,
		                      u->server_name);
	const struct component *target = &s->components[server];
	u->server = (unsigned)server;
	if (!serves(target, u->type))
		return scenario_error(s, u->at, "%s does not serve %s sessions: add \"%s\" to "
		                      "its serves", target->name, u->type->name, u->type->name);
	if (target->priority <= k->priority)
		return scenario_error(
			s, u->at,
			"%s (priority %u) may call only servers of higher priority, not %s (%u): "
			"change one of the two", k->name, k->priority, target->name,
			target->priority);
	for (unsigned p = 0; k->trusted && !target->trusted && p < PROPERTIES; p++)
		if (u->relies_not[p] == NULL)
			return scenario_error(s, u->at, "trusted %s relies on legacy %s for %s: "
			                      "give a reason in relies_not", k->name, target->name,
			                      property_name[p]);
	return true;
}

static bool
check_use(struct scenario *s, const struct component *k, struct use *u)
{
	if (!u->of_parent && !check_server(s, k, u))
		return false;
	if (!scenario_name(u->name, 15))
		return scenario_error(
			s, u->at,
			"\"%s\": names of sessions consist of a-z, 0-9, - and _, at most 15",
			u->name);
	for (const struct use *other = k->uses; other < u; other++)
		if (strcmp(other->name, u->name) == 0)
			return scenario_error(s, u->at, "%s has two sessions called \"%s\"",
			                      k->name, u->name);
	if (strlen(u->label) > 31 || !printable(u->label))
		return scenario_error(s, u->at,
		                      "a label must be printable ASCII of at most 31 characters");
	if (u->kill_destroys && (strcmp(u->type->name, "gui") != 0 || u->of_parent ||
	    u->relies_not[AVAILABILITY] != NULL))
		return scenario_error(s, u->at, "kill_destroys is for gui sessions of a server in "
		                      "this file, which the client relies on for availability");
	if (u->band != NULL && (strcmp(u->type->name, "gui") != 0 || (strcmp(u->band, "top") != 0 &&
	    strcmp(u->band, "normal") != 0 && strcmp(u->band, "bottom") != 0)))
		return scenario_error(s, u->at, "band is for gui sessions: \"top\", \"normal\" or "
		                      "\"bottom\"");
	if (strcmp(u->type->name, "pci") == 0 && !is_shape(u->label, "xx:xx.x"))
		return scenario_error(s, u->at, "the label of a pci session is the place of a "
		                      "device, such as \"00:03.0\"");
	if (strcmp(u->type->name, "net") == 0 && !is_mac(u->label))
		return scenario_error(s, u->at, "the label of a net session is a locally "
		                      "administered address, such as \"02:00:00:00:00:01\"");
	return true;
}

static unsigned
channel(uint32_t colour, unsigned shift)
{
	return colour >> shift & 0xff;
}

// Somebody who sees two of them must be able to tell which is which.
static bool
confusable(uint32_t a, uint32_t b)
{
	int sum = 0;

	for (unsigned shift = 0; shift < 24; shift += 8) {
		int d = (int)channel(a, shift) - (int)channel(b, shift);
		sum += d * d;
	}
	return sum < 90 * 90;
}

// Two clients of one server must be told apart by label, and by colour.
static bool
check_pair(struct scenario *s, const struct use *u, const struct use *other)
{
	if (u->type != other->type || u->server != other->server ||
	    u->of_parent != other->of_parent)
		return true;
	if (strcasecmp(u->label, other->label) == 0)
		return scenario_error(
			s, u->at, "the label \"%s\" is given to another %s session at line %u too",
			u->label, u->type->name, other->at.line);
	if (u->type->named && confusable(u->colour, other->colour))
		return scenario_error(
			s, u->at, "the colour 0x%06x of \"%s\" is too close to 0x%06x of \"%s\"",
			u->colour, u->label, other->colour, other->label);
	return true;
}

static bool
check_uses(struct scenario *s)
{
	for (unsigned i = 0; i < s->component_count; i++)
		for (unsigned j = 0; j < s->components[i].use_count; j++)
			if (!check_use(s, &s->components[i], &s->components[i].uses[j]))
				return false;
	for (unsigned i = 0; i < s->component_count; i++)
		for (unsigned j = 0; j < s->components[i].use_count; j++) {
			const struct use *u = &s->components[i].uses[j];

			if (u->type->named && channel(u->colour, 0) < 0xd0 &&
			    channel(u->colour, 8) < 0xd0 && channel(u->colour, 16) < 0xd0)
				return scenario_error(s, u->at,
				                      "the colour 0x%06x is too dark: one channel "
				                      "must be 0xd0 or more",
				                      u->colour);
			for (unsigned m = 0; m <= i; m++)
				for (unsigned n = 0; n < (m == i ? j : s->components[m].use_count);
				     n++)
					if (!check_pair(s, u, &s->components[m].uses[n]))
						return false;
		}
	return true;
}

// Ports and lines the kernel and init keep.
static bool
ports_kept(const struct port *p)
{
	static const struct { unsigned first, end; } kept[] = {
		{ 0x20, 0x22 }, { 0x40, 0x44 }, { 0xa0, 0xa2 }, { 0x3f8, 0x400 },
	};

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (p->first < kept[i].end && kept[i].first < p->first + p->count)
			return true;
	return false;
}

// A device right has one holder.
static bool
check_rights_pair(struct scenario *s, const struct component *a, const struct component *b)
{
	for (unsigned i = 0; i < a->port_count; i++)
		for (unsigned j = 0; j < (a == b ? i : b->port_count); j++)
			if (a->ports[i].first < b->ports[j].first + b->ports[j].count &&
			    b->ports[j].first < a->ports[i].first + a->ports[i].count)
				return scenario_error(s, a->ports[i].at,
				                      "port 0x%x is given to %s too",
				                      a->ports[i].first, b->name);
	for (unsigned i = 0; i < a->irq_count; i++)
		for (unsigned j = 0; j < (a == b ? i : b->irq_count); j++)
			if (a->irqs[i].line == b->irqs[j].line)
				return scenario_error(s, a->irqs[i].at,
				                      "interrupt %u is given to %s too",
				                      a->irqs[i].line, b->name);
	for (unsigned i = 0; i < a->device_count; i++)
		for (unsigned j = 0; j < (a == b ? i : b->device_count); j++)
			if (a->devices[i].address < b->devices[j].address + b->devices[j].size &&
			    b->devices[j].address < a->devices[i].address + a->devices[i].size)
				return scenario_error(s, a->devices[i].at,
				                      "device memory 0x%llx is given to %s too",
				                      (unsigned long long)a->devices[i].address,
				                      b->name);
	if (a != b && a->framebuffer && b->framebuffer)
		return scenario_error(s, a->at, "the framebuffer is given to %s too", b->name);
	return true;
}

// The page at 0 has the BIOS's vectors and data, which no other program gets.
static bool
is_ram(const struct scenario *s, const struct device *d)
{
	if (d->address < 0xa0000)
		return d->address != 0 || d->size != 4096;
	return d->address >= 0x100000 && d->address < s->machine;
}

// No reason makes a legacy program with such a right harmless; DMA counts in the goals.
static bool
check_powers(struct scenario *s, const struct component *k)
{
	struct right r;

	for (unsigned i = 0; !k->trusted && component_right(k, i, &r); i++)
		if ((r.powers & POWER_ALL) != 0 && r.kind != RIGHT_DMA)
			return scenario_error(s, k->at, "legacy %s may not have %s, which reaches "
			                      "the memory of all: %s", k->name, r.text, r.what);
	return true;
}

static bool
check_rights(struct scenario *s)
{
	for (unsigned i = 0; i < s->component_count; i++) {
		const struct component *k = &s->components[i];

		for (unsigned j = 0; j < k->port_count; j++)
			if (ports_kept(&k->ports[j]))
				return scenario_error(s, k->ports[j].at,
				                      "port 0x%x belongs to kernel or init",
				                      k->ports[j].first);
		for (unsigned j = 0; j < k->irq_count; j++)
			if (k->irqs[j].line <= 4 && k->irqs[j].line % 2 == 0)
				return scenario_error(s, k->irqs[j].at,
				                      "interrupt %u belongs to the kernel",
				                      k->irqs[j].line);
		for (unsigned j = 0; j < k->device_count; j++)
			if (is_ram(s, &k->devices[j]))
				return scenario_error(s, k->devices[j].at,
				                      "there is RAM at 0x%llx, not a device",
				                      (unsigned long long)k->devices[j].address);
		for (unsigned j = 0; j <= i; j++)
			if (!check_rights_pair(s, k, &s->components[j]))
				return false;
		if (!check_powers(s, k))
			return false;
	}
	return true;
}

static bool
has_iommu(const struct component *k)
{
	for (unsigned i = 0; i < k->device_count; i++)
		if (k->devices[i].iommu)
			return true;
	return false;
}

// Who has memory for DMA has its device from pci servers; all of them with an
// IOMMU, and the device reaches that memory only.
static bool
check_dma(struct scenario *s)
{
	static const char pci[] = "pci";

	for (unsigned i = 0; i < s->component_count; i++) {
		struct component *k = &s->components[i];
		unsigned devices = 0, free = 0;

		for (unsigned j = 0; j < k->use_count; j++)
			if (strcmp(k->uses[j].type->name, pci) == 0) {
				devices++;
				free += !has_iommu(&s->components[k->uses[j].server]);
			}
		k->confined = devices > 0 && free == 0;
		if (!has_iommu(k))
			continue;
		if (!serves(k, session_type(s, pci)))
			return scenario_error(s, k->at, "the IOMMU is for a server of pci "
			                      "sessions, not for %s", k->name);
		if (k->dma == 0)
			return scenario_error(s, k->at, "%s needs memory for the IOMMU's tables: "
			                      "dma = \"128K\"", k->name);
	}
	return true;
}

static bool
is_used(const struct scenario *s, unsigned server)
{
	for (unsigned i = 0; i < s->component_count; i++)
		for (unsigned j = 0; j < s->components[i].use_count; j++)
			if (s->components[i].uses[j].server == server &&
			    !s->components[i].uses[j].of_parent)
				return true;
	return false;
}

static bool
check_goals(struct scenario *s)
{
	for (unsigned i = 0; i < s->goal_count; i++) {
		struct goal *g = &s->goals[i];
		int holder = find(s, g->holder_name);

		if (holder < 0)
			return scenario_error(s, g->at, "the holder \"%s\" does not exist",
			                      g->holder_name);
		g->holder = (unsigned)holder;
	}
	for (unsigned i = 0; i < s->component_count; i++)
		if (s->components[i].serves_count > 0 && !is_used(s, i))
			return scenario_error(s, s->components[i].at, "nobody uses %s: remove it, "
			                      "or add it to the uses of another",
			                      s->components[i].name);
	return true;
}

uint64_t
scenario_memory(const struct scenario *s)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < s->component_count; i++) {
		const struct component *k = &s->components[i];

		sum += k->heap + k->stack + k->quota + k->dma;
		for (unsigned j = 0; j < k->use_count; j++)
			if (!k->uses[j].of_parent)
				sum += k->uses[j].shared + k->uses[j].private;
	}
	return sum;
}

static bool
check_memory(struct scenario *s)
{
	uint64_t sum = scenario_memory(s);

	if (s->parent == NULL && sum + SCENARIO_RESERVE > s->machine)
		return scenario_error(s, s->at,
		                      "the components take %lluK and the system %uK, more than the "
		                      "machine's %lluK: give them less, or set machine = \"128M\"",
		                      (unsigned long long)sum >> 10,
		                      (unsigned)SCENARIO_RESERVE >> 10,
		                      (unsigned long long)s->machine >> 10);
	return true;
}

const char *
scenario_kernel(const struct scenario *s)
{
	for (unsigned i = 0; i < s->component_count; i++)
		if (s->components[i].guest)
			return SCENARIO_KERNEL "-svm";
	return SCENARIO_KERNEL;
}

bool
module_matches(const char *pattern, const char *name)
{
	pattern += *pattern == '?';
	size_t n = strlen(pattern);

	if (n > 0 && pattern[n - 1] == '*')
		return strncmp(pattern, name, n - 1) == 0;
	return strcmp(pattern, name) == 0;
}

bool
scenario_check(struct scenario *s)
{
	return check_names(s) && check_uses(s) && check_rights(s) && check_dma(s) &&
	       check_goals(s) && scenario_check_assets(s) && check_memory(s) &&
	       scenario_check_subsystem(s);
}
