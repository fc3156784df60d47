// SPDX-License-Identifier: MIT
// The viewer's Markdown: what becomes of each construct, and that any bytes are
// taken, in time linear in their number.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "apps/legacy/viewer/contents.h"
#include "apps/legacy/viewer/markdown.h"
#include "apps/legacy/viewer/path.h"

static char out[65536];
static size_t n;

static void
put(const char *s, size_t length)
{
	assert_true(n + length < sizeof out);
	memcpy(out + n, s, length);
	n += length;
	out[n] = '\0';
}

static void
put_run(const struct document *d, const struct run *r)
{
	static const char *const marks[8] = { "", "b", "i", "bi", "c", "bc", "ic", "bic" };
	char open[8];

	if (r->style != 0)
		put(open, (size_t)snprintf(open, sizeof open, "%s{", marks[r->style]));
	if (r->link != 0)
		put("[", 1);
	put(d->text + r->start, r->length);
	if (r->link != 0) {
		put(">", 1);
		put(d->text + d->link[r->link].start, d->link[r->link].length);
		put("]", 1);
	}
	if (r->style != 0)
		put("}", 1);
}

// One line for each block: kind, level or depth, mark: runs.
static void
show(const struct document *d)
{
	static const char *const kinds[] = { "P", "H", "C", "R", "I", "T" };
	char head[32];

	n = 0;
	out[0] = '\0';
	for (uint32_t i = 0; i < d->blocks; i++) {
		const struct block *b = &d->block[i];

		put(head, (size_t)snprintf(head, sizeof head, "%s%.0u%s", kinds[b->kind],
		                           b->kind == BLOCK_HEADING ? b->level : b->depth,
		                           b->quote ? "q" : b->head ? "h" : ""));
		if (b->mark.length > 0) {
			put("(", 1);
			put(d->text + b->mark.start, b->mark.length);
			put(")", 1);
		}
		put(" ", 1);
		for (uint32_t r = 0; r < b->runs; r++)
			put_run(d, &d->run[b->first + r]);
		if (b->kind == BLOCK_PICTURE) {
			put(">", 1);
			put(d->text + d->link[b->link].start, d->link[b->link].length);
		}
		put("|", 1);
	}
}

static const char *
parsed(const char *s, size_t length)
{
	struct document d;

	document_init(&d);
	assert_true(markdown_parse(&d, s, length));
	show(&d);
	document_fini(&d);
	return out;
}

#define CHECK(markdown, wanted) assert_string_equal(parsed(markdown, strlen(markdown)), wanted)

static void
test_blocks(void **state)
{
	(void)state;
	CHECK("", "");
	CHECK("\n\n \n", "");
	CHECK("one\ntwo  \nthree\\\nfour", "P one two\nthree\nfour|");
	CHECK("one\r\n\r\ntwo\r\n", "P one|P two|");
	CHECK("# One #\n## Two\n####### no\n#no", "H1 One|H2 Two|P ####### no #no|");
	CHECK("One\n===\nTwo\n---\n---\n", "H1 One|H2 Two|R |");
	CHECK("a\n\n* * *\nb", "P a|R |P b|");
	CHECK("```c\n a\n\n# b\n```\nc", "C c{ a\n}c{\n}c{# b\n}|P c|");
	CHECK("~~~\nx\n```\n", "C c{x\n}c{```\n}|");
	CHECK("p\n\n    a\n      b\n\nq", "P p|C c{a\n}c{  b\n}|P q|");
	CHECK("> a\n> b\nc\n\nd", "Pq a b c|P d|");
}

static void
test_lists(void **state)
{
	(void)state;
	CHECK("- a\n- b\n  more\n  - c\n- d\n\np", "P1(\u2022) a|P1(\u2022) b more|P2(\u2022) c|"
	      "P1(\u2022) d|P p|");
	CHECK("1. a\n2. b\n\n   second\n\n10) c", "P1(1.) a|P1(2.) b|P1 second|P1(10)) c|");
	CHECK("in 1999\n2000. no list", "P in 1999 2000. no list|");
	CHECK("- a\n\n  ```\n  x\n  ```\n", "P1(\u2022) a|C1 c{x\n}|");
	CHECK("-\n-x\n", "P - -x|");
	CHECK("- - - a", "P1(\u2022) - - a|");
}

static void
test_tables(void **state)
{
	(void)state;
	CHECK("| a | b |\n|---|:-:|\n| `c` | d \\| e |\n| f |\n\np",
	      "Th a|Th b|T c{c}|T d | e|T f|T |P p|");
	CHECK("a | b\n--- | ---\nc | d\nno\n", "Th a|Th b|T c|T d|P no|");
	CHECK("a | b\nc | d\n", "P a | b c | d|");
}

static void
test_inline(void **state)
{
	(void)state;
	CHECK("a *b* **c** _d_ `e` ***f***", "P a i{b} b{c} i{d} c{e} bi{f}|");
	CHECK("2 * 3 * 4, a*b, snake_case_name, *.c", "P 2 * 3 * 4, a*b, snake_case_name, *.c|");
	CHECK("*a\n\nb*", "P *a|P b*|");
	CHECK("`` a`b `` and `open", "P c{a`b} and `open|");
	CHECK("\\*a\\* \\q", "P *a* \\q|");
	CHECK("[*w* x](docs/a.md#b) [no] (x)", "P i{[w>docs/a.md#b]}[ x>docs/a.md#b] [no] (x)|");
	CHECK("<http://a.b/c> <b>", "P [http://a.b/c>http://a.b/c] <b>|");
	CHECK("a ![pic](p.png) b", "P a |I pic>p.png|P b|");
	CHECK("[a](b c) [](x) [x]()", "P [a](b c)  [x>]|");
}

static void
test_limits(void **state)
{
	struct document d;
	char *big = malloc(2 * MARKDOWN_MAX);

	(void)state;
	assert_non_null(big);
	memset(big, 'a', 2 * MARKDOWN_MAX);
	document_init(&d);
	assert_true(markdown_parse(&d, big, 2 * MARKDOWN_MAX));
	assert_int_equal(d.texts, MARKDOWN_MAX);
	document_fini(&d);
	free(big);
}

// The worst that each construct could cost, repeated: seconds if it were quadratic.
static void
test_linear(void **state)
{
	static const char *const units[] = {
		"*", "**", "_a ", "*a ", "`", "`` ", "[", "[a](", "![", "<a:", "|", "|-", "> ",
		"- ", "#", "a|b\n", "\\", "\n", " ", "\t", "~~~\n", "1.", "*a **b ", "[`](x)",
		"````````````````a", "[*](", "**a*",
	};
	char *big = malloc(MARKDOWN_MAX);

	(void)state;
	assert_non_null(big);
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		struct document d;
		size_t length = strlen(units[i]);

		for (size_t at = 0; at < MARKDOWN_MAX; at++)
			big[at] = units[i][at % length];
		clock_t start = clock();
		document_init(&d);
		assert_true(markdown_parse(&d, big, MARKDOWN_MAX));
		document_fini(&d);
		if (clock() - start > 3 * CLOCKS_PER_SEC)
			fail_msg("\"%s\" repeated takes too long", units[i]);
	}
	free(big);
}

static void
test_random(void **state)
{
	static const char *const parts[] = {
		"*", "**", "_", "`", "```\n", "[a](b)", "![c](d)", "\n", "\n\n", "# ", "- ", "1. ",
		"> ", "|", "|---|\n", "    ", "word ", "\\", "<x:y>", "\xc3\xa9", "\xff", "---\n",
		"===\n", "]", "(", ")", "  \n", "\t", "~~~", "",
	};
	unsigned seed = 11;
	char text[600];

	(void)state;
	for (int round = 0; round < 40000; round++) {
		size_t length = 0;

		for (int i = 0; i < 60; i++) {
			seed = seed * 1103515245u + 12345u;
			const char *part = parts[(seed >> 12) % (sizeof parts / sizeof parts[0])];
			size_t m = *part != '\0' ? strlen(part) : 1;    // one part is a NUL

			if (length + m > sizeof text)
				break;
			memcpy(text + length, part, m);
			length += m;
		}
		char *exact = malloc(length);           // so that ASan sees the end
		struct document d;
		memcpy(exact, text, length);
		document_init(&d);
		assert_true(markdown_parse(&d, exact, length));
		free(exact);
		for (uint32_t i = 0; i < d.blocks; i++) {
			assert_true(d.block[i].first + d.block[i].runs <= d.runs);
			assert_true(d.block[i].link < d.links);
		}
		for (uint32_t i = 0; i < d.runs; i++) {
			assert_true(d.run[i].start + d.run[i].length <= d.texts);
			assert_true(d.run[i].length > 0 && d.run[i].link < d.links);
		}
		document_fini(&d);
	}
}

static void
resolved(const char *from, const char *target, const char *wanted)
{
	char to[PATH_SIZE];
	bool good = path_resolve(to, from, target, strlen(target));

	if (wanted == NULL)
		assert_false(good);
	else
		assert_true(good && strcmp(to, wanted) == 0);
}

static void
test_paths(void **state)
{
	(void)state;
	resolved("README.md", "docs/a.md", "docs/a.md");
	resolved("docs/a.md", "b.md#x", "docs/b.md");
	resolved("docs/a.md", "../README.md", "README.md");
	resolved("docs/a.md", "./x/../b.md", "docs/b.md");
	resolved("docs/a.md", "#x", "docs/a.md");
	resolved("a.md", "../x", NULL);
	resolved("a.md", "/x", NULL);
	resolved("a.md", "http://x/y", NULL);
	resolved("a.md", "", NULL);
	resolved("a.md", "..", NULL);
	resolved("docs/a.md", "..", NULL);
	resolved("a.md", "0123456789012345678901234567890123456789012345678901234567890123", NULL);
	resolved("a.md", "012345678901234567890123456789012345678901234567890123456789012",
	         "012345678901234567890123456789012345678901234567890123456789012");
	char to[PATH_SIZE];
	assert_false(path_resolve(to, "a.md", "a\0b", 3));
}

static void
test_contents(void **state)
{
	static char text[CONTENTS_MAX];
	size_t length = 0;

	(void)state;
	contents_add(text, &length, "docs/a.md", "x\n# A [b](c) *d*\n", 17);
	contents_add(text, &length, "b.md", "no heading", 10);
	assert_string_equal(parsed(text, length), "P1(\u2022) [A [b](c) *d*>docs/a.md] "
	                    "c{docs/a.md}|P1(\u2022) [b.md>b.md] c{b.md}|");
	for (int i = 0; i < 2000; i++)
		contents_add(text, &length, "docs/a.md", "# A\n", 4);
	assert_true(length < CONTENTS_MAX && text[length - 1] == '\n');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_tables), cmocka_unit_test(test_inline),
		cmocka_unit_test(test_limits), cmocka_unit_test(test_linear),
		cmocka_unit_test(test_random), cmocka_unit_test(test_paths),
		cmocka_unit_test(test_contents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
