// SPDX-License-Identifier: MIT
// The memory of each task, frame by frame.
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/startup.h>
#include "tools/tcb-vet.h"

enum { UTCB = 0x3fffe000, KIP = 0x3ffff000 };

struct content { uint32_t crc; bool x, used; };

static uint64_t
whole_pages(uint64_t n)
{
	return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

static uint32_t
crc32_of(const unsigned char *data, size_t n)
{
	uint32_t crc = ~0u;

	for (size_t i = 0; i < PAGE; i++) {
		crc ^= i < n ? data[i] : 0;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static unsigned char *
load(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	unsigned char *data = malloc(64 << 20);

	if (f == NULL || data == NULL)
		stop("%s cannot be read", path);
	*size = fread(data, 1, 64 << 20, f);
	fclose(f);
	return data;
}

static void
add_content(struct content **list, unsigned *n, const unsigned char *data, size_t size, bool x)
{
	for (size_t at = 0; at < size || at == 0; at += PAGE) {
		*list = more(*list, *n, sizeof **list);
		(*list)[(*n)++] = (struct content){
			crc32_of(data + at, size - at < PAGE ? size - at : PAGE), x, false };
	}
}

// What may be read only: code and constants of the program.  Returns bytes it may write.
static uint64_t
add_program(struct content **list, unsigned *n, const char *program)
{
	uint64_t writable = 0;
	char path[512];
	size_t size;

	snprintf(path, sizeof path, "%s/target/%s.elf", want.build, program);
	unsigned char *elf = load(path, &size);
	const Elf64_Ehdr *h = (const void *)elf;
	for (unsigned i = 0; size >= sizeof *h && i < h->e_phnum; i++) {
		Elf64_Phdr p;

		if (h->e_phoff > size || size - h->e_phoff < (i + 1) * sizeof p)
			stop("%s is damaged", path);
		memcpy(&p, elf + h->e_phoff + i * sizeof p, sizeof p);
		if (p.p_type != PT_LOAD || p.p_memsz == 0)
			continue;
		if (p.p_offset > size || p.p_filesz > size - p.p_offset)
			stop("%s is damaged", path);
		if (p.p_flags & PF_W)
			writable += whole_pages(p.p_memsz);
		else
			add_content(list, n, elf + p.p_offset, p.p_filesz, p.p_flags & PF_X);
	}
	free(elf);
	return writable;
}

static bool
wants(int i, const char *module)
{
	config_setting_t *list = config_setting_get_member(want.component[i], "modules");

	for (int j = 0; list != NULL && j < config_setting_length(list); j++) {
		const char *p = config_setting_get_string_elem(list, j);
		size_t n = strlen(p += *p == '?');

		if (n > 0 && p[n - 1] == '*' ? strncmp(p, module, n - 1) == 0 :
		    strcmp(p, module) == 0)
			return true;
	}
	return false;
}

static void
add_modules(struct content **list, unsigned *n, int i)
{
	FILE *f = fopen(want.modules, "r");
	char line[1024], *file;
	size_t size;

	if (f == NULL)
		stop("%s cannot be read", want.modules);
	while (fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		file = strchr(line, '=');
		if (file == NULL)
			stop("%s: %s", want.modules, line);
		*file++ = '\0';
		if (!wants(i, line))
			continue;
		unsigned char *data = load(file, &size);
		add_content(list, n, data, size, false);
		free(data);
	}
	fclose(f);
}

// Inside a device of its own, or (at run time) of a server's; 2: writable.
static int
device_at(int i, uint64_t pa, bool given)
{
	config_setting_t *e;

	for (unsigned j = 0; (e = element(i, "devices", j)) != NULL; j++) {
		uint64_t at = (uint64_t)number_of(e, "address", 0);

		if (pa >= at && pa - at < size_of(e, "size", 0) && !(given &&
		    number_of(e, "iommu", 0)))
			return number_of(e, "read_only", 0) ? 1 : 2;
	}
	return 0;
}

static bool
is_device(uint64_t pa)
{
	return pa < PAGE || (pa >= 0xa0000 && pa < 0x100000) || pa >= DEVICES;
}

// Everybody who sees a frame of a device: its holder, and one client of that.
static void
vet_device(int i, const struct page *p)
{
	config_setting_t *screen = config_setting_get_member(want.component[i], "framebuffer");
	int own = device_at(i, p->pa, false);
	bool frame = own == 0 && screen != NULL && p->pa >= DEVICES && p->w;

	if (p->x || (own == 1 && p->w))
		differ(i, "more rights to the device at 0x%lx", p->pa);
	if (own != 0)
		return;
	for (int s = 0; s < (int)want.components; s++) {
		bool shown = uses(i, s, "fb") && config_setting_get_member(want.component[s],
		                                                           "framebuffer") != NULL;

		frame |= s != i && (shown || (uses(i, s, "pci") &&
		                    device_at(s, p->pa, true) == 2));
		if (s != i && screen != NULL && device_at(s, p->pa, false) != 0)
			frame = false;
	}
	if (!frame)
		differ(i, "surplus device memory at 0x%lx", p->pa);
}

static void
vet_devices(int i)
{
	config_setting_t *e;

	for (unsigned j = 0; (e = element(i, "devices", j)) != NULL; j++) {
		uint64_t left = size_of(e, "size", 0), at = (uint64_t)number_of(e, "address", 0);

		for (unsigned m = 0; m < have.task[i].pages; m++)
			if (have.task[i].page[m].pa >= at &&
			    have.task[i].page[m].pa - at < size_of(e, "size", 0))
				left -= PAGE;
		if (left != 0)
			differ(i, "lacks memory of its device, or has it twice");
	}
}

// Of what is read only: program, modules, its startup page, and few others.
static void
vet_readable(int i, struct content *list, unsigned n)
{
	struct task *t = &have.task[i];
	bool subs = has_list(i, "subsystems");
	long others = number_of(want.component[i], "root_info", 0) != 0;
	unsigned lacks = 0;

	others += size_of(want.component[i], "dma", 0) > 0;
	for (unsigned j = 0; j < want.clients; j++)
		others += want.client[j].server == i && strcmp(want.client[j].type, "pci") == 0 &&
			size_of(want.component[want.client[j].from], "dma", 0) > 0;
	for (unsigned j = 0; j < t->pages; j++) {
		struct page *p = &t->page[j];
		unsigned m = 0;

		if (p->w || p->va == KIP || is_device(p->pa) ||
		    (p->va >= STARTUP_ADDR && p->va < STARTUP_ADDR + STARTUP_SIZE && !p->x))
			continue;
		while (m < n && (list[m].used || list[m].crc != p->crc || list[m].x != p->x))
			m++;
		if (m < n)
			list[m].used = true;
		else if (!subs && (p->x || --others < 0))
			differ(i, "surplus %s page at 0x%lx", p->x ? "executable" : "readable",
			       p->va);
	}
	for (unsigned m = 0; m < n; m++)
		lacks += !list[m].used;
	if (lacks > 0 || (!subs && others > 0))
		differ(i, "lacks %u pages of its program and modules, %ld others", lacks, others);
}

void
vet_memory(int i)
{
	static uint64_t kip;            // where others have theirs
	config_setting_t *k = want.component[i];
	struct task *t = &have.task[i];
	struct content *list = NULL;
	unsigned n = 0;
	uint64_t writable = PAGE + size_of(k, "memory", 0) + size_of(k, "stack", 32 << 10) +
		size_of(k, "dma", 0) + add_program(&list, &n, text_of(k, "program", ""));

	add_modules(&list, &n, i);
	for (unsigned j = 0; j < want.clients; j++) {
		struct client *c = &want.client[j];

		writable += c->server == i ? c->shared + c->private : 0;
		writable += c->from == i ? c->shared : 0;
	}
	for (unsigned j = 0; j < t->pages; j++) {
		const struct page *p = &t->page[j];

		if (p->w && p->x)
			differ(i, "page 0x%lx writable and executable", p->va);
		if (is_device(p->pa)) {
			vet_device(i, p);
			continue;
		}
		bool kernels = p->va == UTCB || p->va == KIP;

		if (kernels == have.window[p->pa / PAGE])
			differ(i, "frame 0x%lx is %sthe kernel's", p->pa, kernels ? "not " : "");
		if (kernels && (p->x || p->w != (p->va == UTCB)))
			differ(i, "other rights to message buffer or information page");
		if (p->va == KIP && kip != 0 && p->pa != kip)
			differ(i, "another information page");
		kip = p->va == KIP ? p->pa : kip;
		writable -= p->w ? PAGE : 0;
		if (frames[i][p->pa / PAGE] != 0 && p->w)
			differ(i, "frame 0x%lx twice", p->pa);
		frames[i][p->pa / PAGE] |= p->w ? 2 : 1;
	}
	if (writable != 0)
		differ(i, "%ld bytes too much of writable memory", -(long)writable);
	vet_readable(i, list, n);
	vet_devices(i);
	free(list);
}

// Writable memory that two tasks see is that of their sessions, to the byte.
void
vet_shared(int a, int b)
{
	uint64_t shared = 0, both = 0, mixed = 0;

	for (unsigned i = 0; i < want.clients; i++)
		if ((want.client[i].from == a && want.client[i].server == b) ||
		    (want.client[i].from == b && want.client[i].server == a))
			shared += want.client[i].shared;
	for (uint64_t f = 0; f < machine / PAGE; f++) {
		both += frames[a][f] == 2 && frames[b][f] == 2;
		mixed += (frames[a][f] | frames[b][f]) >= 2 && frames[a][f] != frames[b][f] &&
			frames[a][f] != 0 && frames[b][f] != 0;
	}
	if (both * PAGE != shared || mixed > 0)
		differ(a, "shares %lu bytes with %s, not %lu, and %lu pages that one only reads",
		       both * PAGE, text_of(want.component[b], "name", ""), shared, mixed);
}
