// SPDX-License-Identifier: MIT
// The rows of a message.  Building the index and drawing a row are the same walk
// over the bytes (lib/core/cells.c), so they cannot disagree.
#include <string.h>
#include "display.h"

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

static struct cells_text
row_source(const struct display *d, struct display_row row)
{
	const struct message *m = d->m;
	const struct message_field *f = m->field;

	if (row.kind == ROW_TEXT)
		return (struct cells_text){ m->text, m->text_length, 0, false };
	if (row.kind == ROW_WORDS) {
		while (row.at >= f->words_end)
			f++;
		return (struct cells_text){ m->words, f->words_end, 1, false };
	}
	while (row.at >= f->end)
		f++;
	return (struct cells_text){ m->bytes, f->end, f->value, false };
}

// Lay out one row; returns where the next one starts.
static size_t
lay_out(const struct display *d, struct display_row row, struct cell *cells)
{
	const struct cells_text text = row_source(d, row);

	return cells_row(&text, d->font, d->columns, row.at, cells);
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
	return add_row(d, (struct display_row){ title, ROW_TITLE, false, false });
}

static bool
add_lines(struct display *d, enum display_kind kind, size_t at, size_t end)
{
	const uint8_t *p = kind == ROW_TEXT ? d->m->text : kind == ROW_WORDS ? d->m->words
	                 : d->m->bytes;
	struct cell cells[DISPLAY_COLUMNS_MAX];
	bool continues = false;

	while (at < end) {
		struct display_row row = { (uint32_t)at & 0xffffff, kind & 0xf, continues, false };

		if (!add_row(d, row))
			return false;
		at = lay_out(d, row, cells);
		continues = p[at - 1] != '\n';
	}
	return true;
}

// As it travels, and below that what it says.
static bool
add_field(struct display *d, enum display_kind kind, const struct message_field *f)
{
	return add_lines(d, kind, f->start, f->end)
	       && (f->words_end == 0 || add_lines(d, ROW_WORDS, f->words, f->words_end));
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

		if (f != NULL && !add_field(d, ROW_ENVELOPE, f))
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
		    || !add_field(d, ROW_FIELD, f))
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

// One of b's fields is field f of a, byte for byte.
static bool
has_field(const struct message *b, const struct message *a, const struct message_field *f)
{
	const uint32_t n = f->end - f->start;

	for (const struct message_field *g = b->field; g < b->field + b->fields; g++)
		if (g->end - g->start == n
		    && memcmp(a->bytes + f->start, b->bytes + g->start, n) == 0)
			return true;
	return false;
}

static void
mark_fields(struct display *d, const struct message *before)
{
	const struct message_field *f = NULL;
	bool changed = false;

	for (struct display_row *row = d->row; row < d->row + d->rows; row++) {
		if (row->kind == ROW_TITLE)     // of the text: a field above is missing
			row->changed = row->at >= TITLE_TEXT && row->at <= TITLE_TEXT_BASE64
			               && d->m->fields < before->fields;
		if (row->kind == ROW_WORDS)
			row->changed = changed;
		if (row->kind != ROW_ENVELOPE && row->kind != ROW_FIELD)
			continue;
		if (f == NULL || row->at < f->start || row->at >= f->end) {
			for (f = d->m->field; row->at >= f->end;)
				f++;
			changed = !has_field(before, d->m, f);
		}
		row->changed = changed;
	}
}

void
display_mark(struct display *d, const struct message *before)
{
	const size_t n = d->m->text_length, b = before->text_length, both = n < b ? n : b;
	const uint8_t *p = d->m->text, *q = before->text;
	size_t head = 0, tail = 0, end = n;

	mark_fields(d, before);
	while (head < both && p[head] == q[head])
		head++;
	while (tail < both - head && p[n - 1 - tail] == q[b - 1 - tail])
		tail++;
	d->row[d->rows - 1].changed = head == n && n < b;
	for (uint32_t i = d->rows - 1; i-- > 0 && d->row[i].kind == ROW_TEXT; end = d->row[i].at)
		// something else is here, or something more was before `head`
		d->row[i].changed = (d->row[i].at < n - tail && end > head)
		                    || (b - tail > head && d->row[i].at <= head && end > head);
}

void
display_cells(const struct display *d, uint32_t n, struct cell *cells)
{
	lay_out(d, d->row[n], cells);
}

uint32_t
display_reach(const struct display *d, uint32_t to, uint32_t first, uint32_t count)
{
	uint32_t end = count > d->rows || first > d->rows - count ? d->rows : first + count;

	return first <= to && end > to ? end : to;
}
