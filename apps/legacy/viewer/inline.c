// SPDX-License-Identifier: MIT
// One pass over the text.  Whoever looks ahead looks a bounded way, or learns
// from failing that nobody need look again.

#include <string.h>
#include "inline.h"

enum { LABEL_MAX = 1024, TARGET_MAX = 512, TICKS_MAX = 8, COUNT_MAX = 16 };

struct inline_state {
	struct document *d;
	const char *s;
	size_t n, at;
	uint32_t start;                 // of the pending run in the document's text
	unsigned style;
	uint32_t link;
	size_t link_end, link_after;    // inside a link's words: where they end, and its target
	bool hopeless[TICKS_MAX];       // no closing run of so many backticks follows
	bool no_star, no_line, no_double;       // no closing *, _, ** follows
	bool pictures;
};

static void
flush(struct inline_state *p)
{
	document_run(p->d, p->start, p->style, p->link);
	p->start = p->d->texts;
}

static void
plain(struct inline_state *p, size_t n)
{
	document_text(p->d, p->s + p->at, n);
	p->at += n;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

static bool
is_punctuation(char c)
{
	return c > ' ' && c < 0x7f && !is_word(c);
}

// How many of the same character stand here; COUNT_MAX stands for more, too.
static size_t
count(const struct inline_state *p, size_t at)
{
	size_t n = 1;

	while (n < COUNT_MAX && at + n < p->n && p->s[at + n] == p->s[at])
		n++;
	return n;
}

static void
parse_code(struct inline_state *p)
{
	size_t ticks = count(p, p->at), from = p->at + ticks, at = from;

	if (ticks >= TICKS_MAX || p->hopeless[ticks]) {
		plain(p, ticks);
		return;
	}
	while (at < p->n) {
		size_t n = p->s[at] == '`' ? count(p, at) : 0;

		if (n == ticks)
			break;
		at += n > 0 ? n : 1;
	}
	if (at >= p->n) {
		p->hopeless[ticks] = true;
		plain(p, ticks);
		return;
	}
	flush(p);
	size_t to = at;
	if (to - from > 2 && p->s[from] == ' ' && p->s[to - 1] == ' ')
		from++, to--;
	document_text(p->d, p->s + from, to - from);
	p->style |= STYLE_CODE;
	flush(p);
	p->style &= ~(unsigned)STYLE_CODE;
	p->at = at + ticks;
}

// May an emphasis of this mark end at `at`?
static bool
closes(const struct inline_state *p, size_t at, size_t marks)
{
	char c = p->s[at];

	return at > 0 && !is_space(p->s[at - 1]) && count(p, at) >= marks &&
	       (c == '*' || at + marks >= p->n || !is_word(p->s[at + marks]));
}

static bool
has_end(const struct inline_state *p, char mark, size_t marks)
{
	for (size_t at = p->at + marks + 1; at + marks <= p->n; at++) {
		if (p->s[at] == '\\')
			at++;
		else if (p->s[at] == mark && closes(p, at, marks) &&
		         (marks == 2 || count(p, at) != 2))
			return true;
	}
	return false;
}

static void
parse_emphasis(struct inline_state *p)
{
	char c = p->s[p->at];
	size_t marks = count(p, p->at) >= 2 ? 2 : 1, after = p->at + marks;
	unsigned style = marks == 2 ? STYLE_BOLD : STYLE_ITALIC;
	bool *no = marks == 2 ? &p->no_double : c == '*' ? &p->no_star : &p->no_line;
	bool opens = after < p->n && !is_space(p->s[after]) &&
	             (c == '*' || p->at == 0 || !is_word(p->s[p->at - 1]));

	if ((p->style & style) != 0) {
		if (!closes(p, p->at, marks)) {
			plain(p, marks);
			return;
		}
	} else {
		if (!opens || *no || !has_end(p, c, marks)) {
			*no |= opens;
			plain(p, marks);
			return;
		}
	}
	flush(p);
	p->style ^= style;
	p->at += marks;
}

// [words](target) at `at`: where the words and the whole end.
static bool
find_link(const struct inline_state *p, size_t at, size_t *words_end, size_t *end)
{
	size_t i = at + 1, stop = at + LABEL_MAX < p->n ? at + LABEL_MAX : p->n;

	while (i < stop && p->s[i] != ']' && p->s[i] != '[')
		i += p->s[i] == '\\' ? 2 : 1;
	if (i + 1 >= stop || p->s[i] != ']' || p->s[i + 1] != '(')
		return false;
	*words_end = i;
	stop = i + TARGET_MAX < p->n ? i + TARGET_MAX : p->n;
	for (i += 2; i < stop; i++) {
		if (p->s[i] == ')') {
			*end = i + 1;
			return true;
		}
		if (is_space(p->s[i]))
			return false;
	}
	return false;
}

static void
parse_link(struct inline_state *p)
{
	size_t words_end, end;

	if (p->link != 0 || !find_link(p, p->at, &words_end, &end)) {
		plain(p, 1);
		return;
	}
	flush(p);
	p->link = document_link(p->d, p->s + words_end + 2, end - 1 - (words_end + 2));
	p->start = p->d->texts;
	p->link_end = words_end, p->link_after = end;
	p->at++;
}

static void
parse_picture(struct inline_state *p)
{
	size_t words_end, end;

	if (p->at + 1 >= p->n || p->s[p->at + 1] != '[' || p->link != 0 ||
	    !find_link(p, p->at + 1, &words_end, &end)) {
		plain(p, 1);
		return;
	}
	flush(p);
	size_t words = p->at + 2;
	if (!p->pictures) {
		document_text(p->d, p->s + words, words_end - words);
		p->at = end;
		return;
	}
	struct block was = p->d->blocks > 0 ? p->d->block[p->d->blocks - 1] : (struct block){ 0 };
	uint32_t link = document_link(p->d, p->s + words_end + 2, end - 1 - (words_end + 2));
	struct block *picture = document_block(p->d, BLOCK_PICTURE);
	picture->link = link, picture->depth = was.depth, picture->quote = was.quote;
	p->start = p->d->texts;
	document_text(p->d, p->s + words, words_end - words);
	document_run(p->d, p->start, 0, 0);
	struct block *rest = document_block(p->d, (enum block_kind)was.kind);
	rest->level = was.level, rest->depth = was.depth, rest->quote = was.quote;
	p->start = p->d->texts;
	p->at = end;
	while (p->at < p->n && is_space(p->s[p->at]))
		p->at++;
}

// <scheme:...> is a link that shows itself; anything else in angles is text.
static void
parse_angle(struct inline_state *p)
{
	size_t stop = p->at + TARGET_MAX < p->n ? p->at + TARGET_MAX : p->n, i = p->at + 1;
	bool scheme = false;

	while (i < stop && p->s[i] != '>' && !is_space(p->s[i]) && p->s[i] != '<') {
		scheme |= p->s[i] == ':';
		i++;
	}
	if (i >= stop || p->s[i] != '>' || !scheme || p->link != 0) {
		plain(p, 1);
		return;
	}
	flush(p);
	p->link = document_link(p->d, p->s + p->at + 1, i - p->at - 1);
	p->start = p->d->texts;
	document_text(p->d, p->s + p->at + 1, i - p->at - 1);
	flush(p);
	p->link = 0;
	p->at = i + 1;
}

static void
parse_one(struct inline_state *p)
{
	switch (p->s[p->at]) {
	case '\\':
		if (p->at + 1 < p->n && is_punctuation(p->s[p->at + 1]))
			p->at++;
		plain(p, 1);
		break;
	case '`': parse_code(p); break;
	case '*':
	case '_': parse_emphasis(p); break;
	case '[': parse_link(p); break;
	case '!': parse_picture(p); break;
	case '<': parse_angle(p); break;
	default: plain(p, 1); break;
	}
}

void
inline_parse(struct document *d, const char *s, size_t n, bool pictures)
{
	struct inline_state p = { .d = d, .s = s, .n = n, .start = d->texts, .pictures = pictures };

	while (p.at < n && !d->failed) {
		if (p.link != 0 && p.at >= p.link_end) {
			flush(&p);
			p.link = 0;
			p.at = p.at > p.link_after ? p.at : p.link_after;
			continue;
		}
		parse_one(&p);
	}
	flush(&p);
}
