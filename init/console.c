// SPDX-License-Identifier: MIT
// Lines on COM1: composed in a buffer, one VCON_WRITE each.
#include <console.h>
#include <session/log.h>
#include <string.h>
#include <sys/root.h>

enum { LINE_MAX = 504 };

struct line { char text[LINE_MAX]; size_t n; };

static void
put(struct line *l, const char *s, size_t n)
{
	for (size_t i = 0; i < n && l->n < LINE_MAX - 1; i++)
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
end(struct line *l)
{
	l->text[l->n++] = '\n';
	utcb()->mr[0] = l->n;
	memcpy(&utcb()->mr[1], l->text, l->n);
	(void)!sys_request(ROOT_VCON, VCON_WRITE, 1 + (unsigned)(l->n + 7) / 8);
}

void
console_say(const char *a, const char *b)
{
	struct line l = { .n = 0 };

	puts_(&l, "[init] ");
	puts_(&l, a);
	puts_(&l, b);
	end(&l);
}

void
console_fail(const char *what)
{
	console_say("cannot start: ", what);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

enum err
console_log(const struct plan_component *c, unsigned words)
{
	struct line l = { .n = 0 };
	char text[LOG_TEXT_MAX];
	uint64_t n = utcb()->mr[0];

	if (words < 1 || n > LOG_TEXT_MAX || n > (words - 1) * 8)
		return ERR_ARG;
	memcpy(text, &utcb()->mr[1], n);
	for (uint64_t i = 0; i < n; i++)
		text[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
	puts_(&l, "[");
	puts_(&l, c->name);
	puts_(&l, "] ");
	put(&l, text, n);
	end(&l);
	return OK;
}

// "symbol+0x12", by the symbol table in the plan; nothing if there is none.
static void
put_symbol(struct line *l, const struct plan *plan, const struct plan_component *c, uint64_t addr)
{
	const struct plan_symbols *s = (const void *)((const char *)plan + c->symbols);
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

void
console_fault(const struct plan *plan, const struct plan_component *c, enum msg_kind kind)
{
	const uint64_t *mr = utcb()->mr;
	bool page = kind == MSG_FAULT;
	uint64_t ip = page ? mr[1] : mr[17], addr = mr[0], error = page ? mr[2] : mr[1];
	struct line l = { .n = 0 };

	puts_(&l, "[init] ");
	puts_(&l, c->name);
	puts_(&l, ": fault at ");
	put_hex(&l, ip);
	puts_(&l, " (");
	put_symbol(&l, plan, c, ip);
	puts_(&l, page ? "), page fault: " : "), exception ");
	if (page)       // Intel SDM volume 3, section 4.7
		puts_(&l, error & 16 ? "execute " : error & 2 ? "write " : "read ");
	put_hex(&l, addr);
	if (!page) {
		puts_(&l, ", error code ");
		put_hex(&l, error);
	}
	end(&l);
}
