// SPDX-License-Identifier: MIT
// Lays out rows of cells.  Building the index and drawing a row are the same
// walk over the bytes, so they cannot disagree.
#include "display.h"

enum { TAB = 8, UNIT_MAX = 12, RUN_MAX = 64 };

enum title {
	TITLE_NO_TO, TITLE_NO_SUBJECT, TITLE_NO_DATE, TITLE_OTHER,
	TITLE_TEXT, TITLE_TEXT_QP, TITLE_TEXT_BASE64, TITLE_END, TITLE_END_CUT,
};

const char *
display_title(struct display_row row)
{
	static const char *const words[] = {
		[TITLE_NO_TO]       = "There is no To field",
		[TITLE_NO_SUBJECT]  = "There is no Subject field",
		[TITLE_NO_DATE]     = "There is no Date field",
		[TITLE_OTHER]       = "Other header fields",
		[TITLE_TEXT]        = "Text",
		[TITLE_TEXT_QP]     = "Text, decoded from quoted-printable",
		[TITLE_TEXT_BASE64] = "Text, decoded from base64",
		[TITLE_END]         = "End of the message",
		[TITLE_END_CUT]     = "End of the message, which has no line end here",
	};

	return words[row.at];
}

// What a font may have a glyph for that does not show, joins its neighbour,
// runs from right to left, or looks like a space.
static bool
is_treacherous(uint32_t cp)
{
	static const struct { uint16_t first, last; } ranges[] = {
		{ 0x0000, 0x0020 }, { 0x007f, 0x00a0 }, { 0x00ad, 0x00ad }, { 0x0300, 0x036f },
		{ 0x0483, 0x0489 }, { 0x0590, 0x08ff }, { 0x115f, 0x1160 }, { 0x1680, 0x1680 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x20d0, 0x20ff },
		{ 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xd800, 0xf8ff },
		{ 0xfb1d, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfe70, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xffe0, 0xffff },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return cp > 0xffff;
}

// [U+XXXX], at least four digits.
static unsigned
escape(uint32_t cp, struct display_cell *unit)
{
	unsigned n = 0, shift = 12;

	while (shift < 28 && cp >> shift > 15)
		shift += 4;
	for (const char *p = "[U+"; *p != '\0'; p++)
		unit[n++] = (struct display_cell){ (uint32_t)*p, STYLE_ESCAPE };
	for (unsigned s = shift + 4; s > 0; s -= 4)
		unit[n++] = (struct display_cell){
			(uint32_t)"0123456789ABCDEF"[cp >> (s - 4) & 15], STYLE_ESCAPE };
	unit[n++] = (struct display_cell){ ']', STYLE_ESCAPE };
	return n;
}

// The bytes a row is cut from, and where the field's name ends.
struct source { const uint8_t *p; size_t end, name_end; };

static struct source
row_source(const struct display *d, struct display_row row)
{
	const struct message *m = d->m;
	const struct message_field *f = m->field;

	if (row.kind == ROW_TEXT)
		return (struct source){ m->text, m->text_length, 0 };
	while (row.at >= f->end)
		f++;
	return (struct source){ m->bytes, f->end, f->value };
}

// A space is dotted when only spaces follow in its line, or very many.
static bool
is_trailing(const struct source *s, size_t at)
{
	size_t end = s->end - at > RUN_MAX ? at + RUN_MAX : s->end;

	while (at < end && s->p[at] == ' ')
		at++;
	return at == end || s->p[at] == '\r' || s->p[at] == '\n';
}

// Cells for the character at p[at]; `room` cells are left in the row.
static unsigned
expand(const struct display *d, const struct source *s, size_t at, uint32_t cp, unsigned room,
       struct display_cell *unit)
{
	unsigned n = TAB - (d->columns - room) % TAB;

	unit[0] = (struct display_cell){ cp, STYLE_PLAIN };
	if (cp == ' ') {
		if (is_trailing(s, at))
			unit[0] = (struct display_cell){ 0xb7, STYLE_ESCAPE };
		return 1;
	}
	if (cp == '\t') {
		unit[0] = (struct display_cell){ 0x2192, STYLE_ESCAPE };
		for (unsigned i = 1; i < TAB; i++)
			unit[i] = (struct display_cell){ ' ', STYLE_ESCAPE };
		return n > room && room > 0 ? room : n;
	}
	if (is_treacherous(cp) || !font_has(d->font, cp))
		return escape(cp, unit);
	if (at < s->name_end)
		unit[0].style = STYLE_NAME;
	else if (s->name_end > 0 ? cp > 0x7f : cp > 0x24f && cp < 0x2000)
		unit[0].style = STYLE_FOREIGN;
	return 1;
}

// Lay out one row from row.at on; returns where the next one starts.
static size_t
lay_out(const struct display *d, struct display_row row, struct display_cell *cells)
{
	const struct source s = row_source(d, row);
	unsigned used = 0, words = 0, filler = STYLE_PLAIN;
	size_t at = row.at, words_end = at;     // up to here, whole words

	while (at < s.end) {
		struct display_cell unit[UNIT_MAX];
		size_t next = at;
		uint32_t cp = utf8_next((const char *)s.p, s.end, &next);
		unsigned n;

		if (cp == '\r') {       // always with its LF
			at = next + 1;
			break;
		}
		n = expand(d, &s, at, cp, d->columns - used, unit);
		if (n > d->columns - used) {
			filler = STYLE_CUT;
			if (words > d->columns / 2) {
				used = words;
				at = words_end;
			}
			break;
		}
		for (unsigned i = 0; i < n; i++)
			cells[used++] = unit[i];
		at = next;
		if (cp == '\n')
			break;
		if (cp == ' ') {
			words = used;
			words_end = at;
		}
	}
	while (used < d->columns)
		cells[used++] = (struct display_cell){ ' ', filler };
	return at;
}

static bool
add_row(struct display *d, struct display_row row)
{
	if (d->rows == DISPLAY_ROWS_MAX)
		return false;
	d->row[d->rows++] = row;
	return true;
}

static bool
add_title(struct display *d, enum title title)
{
	return add_row(d, (struct display_row){ title, ROW_TITLE, false });
}

static bool
add_lines(struct display *d, enum display_kind kind, size_t at, size_t end)
{
	const uint8_t *p = kind == ROW_TEXT ? d->m->text : d->m->bytes;
	struct display_cell cells[DISPLAY_COLUMNS_MAX];
	bool continues = false;

	while (at < end) {
		struct display_row row = { (uint32_t)at & 0xffffff, kind & 0xf, continues };

		if (!add_row(d, row))
			return false;
		at = lay_out(d, row, cells);
		continues = p[at - 1] != '\n';
	}
	return true;
}

static const struct { const char *name; int absent; } envelope[] = {
	{ "from", -1 }, { "sender", -1 }, { "to", TITLE_NO_TO }, { "cc", -1 }, { "bcc", -1 },
	{ "reply-to", -1 }, { "subject", TITLE_NO_SUBJECT }, { "date", TITLE_NO_DATE },
};

enum { ENVELOPE = sizeof(envelope) / sizeof(envelope[0]) };

static bool
add_envelope(struct display *d)
{
	for (unsigned i = 0; i < ENVELOPE; i++) {
		const struct message_field *f = message_find(d->m, envelope[i].name);

		if (f != NULL && !add_lines(d, ROW_ENVELOPE, f->start, f->end))
			return false;
		if (f == NULL && envelope[i].absent >= 0
		    && !add_title(d, (enum title)envelope[i].absent))
			return false;
	}
	return true;
}

static bool
add_others(struct display *d)
{
	bool any = false;

	for (const struct message_field *f = d->m->field; f < d->m->field + d->m->fields; f++) {
		unsigned i = 0;

		while (i < ENVELOPE && !message_named(d->m, f, envelope[i].name))
			i++;
		if (i < ENVELOPE)
			continue;
		if ((!any && !add_title(d, TITLE_OTHER))
		    || !add_lines(d, ROW_FIELD, f->start, f->end))
			return false;
		any = true;
	}
	return true;
}

bool
display_build(struct display *d, const struct message *m, const struct font *font,
              unsigned columns)
{
	bool ends = m->text_length == 0 || m->text[m->text_length - 1] == '\n';
	enum title text = m->encoding == ENCODING_QP ? TITLE_TEXT_QP
	                : m->encoding == ENCODING_BASE64 ? TITLE_TEXT_BASE64 : TITLE_TEXT;

	d->m = m;
	d->font = font;
	d->columns = columns;
	d->rows = d->seen = 0;
	return add_envelope(d) && add_others(d) && add_title(d, text)
	       && add_lines(d, ROW_TEXT, 0, m->text_length)
	       && add_title(d, ends ? TITLE_END : TITLE_END_CUT);
}

void
display_cells(const struct display *d, uint32_t n, struct display_cell *cells)
{
	lay_out(d, d->row[n], cells);
}

uint32_t
display_reach(const struct display *d, uint32_t to, uint32_t first, uint32_t count)
{
	uint32_t end = count > d->rows || first > d->rows - count ? d->rows : first + count;

	return first <= to && end > to ? end : to;
}
