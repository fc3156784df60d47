// SPDX-License-Identifier: MIT
// Lines, composed in a buffer and written by one call each.
#include <console.h>
#include <self.h>
#include <session/log.h>
#include <string.h>
#include <sys/sys.h>

struct line { char text[SELF_LINE_MAX]; size_t n; };

void
console_write(cap_t to, uint32_t op, const char *text, size_t n)
{
	utcb()->mr[0] = n;
	memcpy(&utcb()->mr[1], text, n);
	(void)!sys_request(to, op, 1 + (unsigned)(n + 7) / 8);
}

static void
put(struct line *l, const char *s, size_t n)
{
	for (size_t i = 0; i < n && l->n < SELF_LINE_MAX - 1; i++)
		l->text[l->n++] = s[i];
}

static void
puts_(struct line *l, const char *s)
{
	put(l, s, strlen(s));
}

static void
put_hex(struct line *l, uint64_t v)
{
	int shift = 60;

	puts_(l, "0x");
	while (shift > 0 && (v >> shift) == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put(l, &"0123456789abcdef"[v >> shift & 15], 1);
}

static void
put_mib(struct line *l, uint64_t bytes)
{
	uint64_t n = bytes >> 20, unit = 1;

	while (n / unit >= 10)
		unit *= 10;
	for (; unit > 0; unit /= 10)
		put(l, &"0123456789"[n / unit % 10], 1);
	puts_(l, " MiB ");
}

static const struct plan_component *
component(const struct run *run, uint32_t i)
{
	return (const struct plan_component *)plan_table(run->plan, run->plan->components) + i;
}

static void
put_name(struct line *l, const struct run *run, uint32_t i)
{
	if (self_words.prefix) {
		puts_(l, run->plan->scenario);
		puts_(l, "/");
	}
	puts_(l, component(run, i)->name);
}

static void
begin(struct line *l)
{
	l->n = 0;
	puts_(l, self_words.own);
}

void
console_say(const char *a, const char *b)
{
	struct line l;

	begin(&l);
	puts_(&l, a);
	puts_(&l, b);
	self_write(l.text, l.n);
}

void
console_say_of(const struct run *run, uint32_t i, const char *what)
{
	struct line l;

	begin(&l);
	put_name(&l, run, i);
	puts_(&l, what);
	self_write(l.text, l.n);
}

_Noreturn static void
fail(struct line *l)
{
	self_show(l->text, l->n);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

void
console_fail(const char *what)
{
	struct line l;

	begin(&l);
	puts_(&l, "cannot start: ");
	puts_(&l, what);
	fail(&l);
}

void
console_lacks(const char *what, uint64_t needed, uint64_t there)
{
	struct line l;

	begin(&l);
	puts_(&l, "cannot start: not enough ");
	puts_(&l, what);
	puts_(&l, ": ");
	put_mib(&l, needed + (1 << 20) - 1);
	puts_(&l, "needed, ");
	put_mib(&l, there);
	puts_(&l, "there");
	fail(&l);
}

void
console_fail_of(const struct run *run, uint32_t i, const char *what, uint64_t addr, enum err e)
{
	struct line l = { .n = 0 };

	put_name(&l, run, i);
	puts_(&l, ": ");
	puts_(&l, what);
	if (addr != 0)
		put_hex(&l, addr);
	puts_(&l, e == ERR_QUOTA ? ": no kernel memory left, set a larger quota" : ": error ");
	if (e != ERR_QUOTA)
		put_hex(&l, e);
	l.text[l.n] = '\0';
	console_fail(l.text);
}

enum err
console_log(const struct run *run, uint32_t i, unsigned words)
{
	struct line l = { .n = 0 };
	char text[LOG_TEXT_MAX];
	uint64_t n = utcb()->mr[0];

	if (words < 1 || n > LOG_TEXT_MAX || n > (words - 1) * 8)
		return ERR_ARG;
	memcpy(text, &utcb()->mr[1], n);
	for (uint64_t k = 0; k < n; k++)
		text[k] = text[k] < ' ' || text[k] > '~' ? '?' : text[k];
	puts_(&l, self_words.open);
	put_name(&l, run, i);
	puts_(&l, self_words.close);
	put(&l, text, n);
	self_write(l.text, l.n);
	return OK;
}

// "symbol+0x12", by the symbol table in the plan; nothing if there is none.
static void
put_symbol(struct line *l, const struct run *run, uint32_t i, uint64_t addr)
{
	const struct plan_component *c = component(run, i);
	const struct plan_symbols *s = (const void *)((const char *)run->plan + c->symbols);
	uint32_t low = 0, high;

	if (c->symbols == 0 || s->count == 0 || addr < s->symbol[0].addr) {
		puts_(l, "?");
		return;
	}
	// symbol[low].addr <= addr, and symbol[high].addr > addr or high == count
	for (high = s->count; high - low > 1;) {
		uint32_t mid = low + (high - low) / 2;

		if (s->symbol[mid].addr <= addr)
			low = mid;
		else
			high = mid;
	}
	puts_(l, (const char *)s + s->symbol[low].name);
	if (low == s->count - 1)        // beyond the code
		return;
	puts_(l, "+");
	put_hex(l, addr - s->symbol[low].addr);
}

// Below its stack, where nothing is: so far a frame can reach over the end.
enum { STACK_MISS = 256 << 10 };

static bool
misses_stack(const struct run *run, uint32_t i, uint64_t addr)
{
	const struct plan_region *regions = plan_table(run->plan, run->plan->regions);
	const struct plan_mapping *m = plan_table(run->plan, run->plan->mappings);

	for (uint32_t n = run->plan->mappings.count; n > 0; n--, m++)
		if (m->component == i &&
		    m->addr + regions[m->region].size == component(run, i)->stack)
			return addr < m->addr && m->addr - addr <= STACK_MISS;
	return false;
}

void
console_fault(const struct run *run, uint32_t i, enum msg_kind kind)
{
	const uint64_t *mr = utcb()->mr;
	bool page = kind == MSG_FAULT;
	uint64_t ip = page ? mr[1] : mr[17], addr = mr[0], error = page ? mr[2] : mr[1];
	struct line l;

	begin(&l);
	put_name(&l, run, i);
	puts_(&l, ": fault at ");
	put_hex(&l, ip);
	puts_(&l, " (");
	put_symbol(&l, run, i, ip);
	puts_(&l, page ? "), page fault: " : "), exception ");
	if (page)       // Intel SDM volume 3, section 4.7
		puts_(&l, error & 16 ? "execute " : error & 2 ? "write " : "read ");
	put_hex(&l, addr);
	if (!page) {
		puts_(&l, ", error code ");
		put_hex(&l, error);
	}
	self_write(l.text, l.n);
	if (!page || !misses_stack(run, i, addr))
		return;
	begin(&l);
	puts_(&l, "stack overflow in ");
	put_name(&l, run, i);
	puts_(&l, ": raise stack");
	self_write(l.text, l.n);
}
