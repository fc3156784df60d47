// SPDX-License-Identifier: MIT
// The stream is untrusted: names cannot leave the directory, files are never
// overwritten, memory and disk are bounded.  After a broken frame the next line that
// is a valid head begins a message again, also within what the broken one took.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "tools/outbox_stream.h"

enum { COPIES_MAX = 999 };

[[gnu::format(printf, 2, 3)]] static void
complain(struct outbox *o, const char *format, ...)
{
	va_list args;

	o->broken = true;
	va_start(args, format);
	fprintf(o->log, "outbox: ");
	vfprintf(o->log, format, args);
	fprintf(o->log, "\n");
	fflush(o->log);
	va_end(args);
}

static const char word[] = "message ";
enum { WORD = sizeof word - 1 };

// What comes first is not ours: firmware (UEFI's, for example) writes to all serial ports.
void
outbox_init(struct outbox *o, int dir, FILE *log)
{
	*o = (struct outbox){ .dir = dir, .log = log, .state = OUTBOX_SKIP };
}

// The line is a head, or the beginning of one, that somebody tried to write.
static bool
head_begun(const struct outbox *o)
{
	size_t n = o->line_len < WORD ? o->line_len : WORD;

	return n > 0 && memcmp(o->line, word, n) == 0;
}

static bool
ends_in(const char *s, size_t len, const char *ending)
{
	size_t n = strlen(ending);

	return len > n && memcmp(s + len - n, ending, n) == 0;
}

static bool
is_name(const char *s, size_t len)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                              "0123456789._-";

	if (len > OUTBOX_NAME || strchr(".-_", s[0]) != NULL
	    || !(ends_in(s, len, ".eml") || ends_in(s, len, ".note")))
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(allowed, s[i]) == NULL)
			return false;
	return true;
}

// "message NAME LENGTH" without line end.  Changes nothing if it is not that.
static bool
decode_head(struct outbox *o)
{
	const char *s = o->line + WORD, *end = o->line + o->line_len;
	size_t length = 0;

	if (o->line_len <= WORD || !head_begun(o))
		return false;
	const char *space = memchr(s, ' ', (size_t)(end - s));
	if (space == NULL || !is_name(s, (size_t)(space - s)))
		return false;
	const char *digit = space + 1;
	if (digit == end || end - digit > 8 || (*digit == '0' && end - digit > 1))
		return false;
	for (; digit < end; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		length = length * 10 + (size_t)(*digit - '0');
	}
	if (length > OUTBOX_MESSAGE)
		return false;

	memcpy(o->name, s, (size_t)(space - s));
	o->name[space - s] = '\0';
	o->body_size = length;
	o->body_len = 0;
	return true;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

// The n-th name for a message: name.ext, name-2.ext, name-3.ext ...
static void
copy_name(const struct outbox *o, int n, char out[OUTBOX_NAME + 16])
{
	const char *dot = strrchr(o->name, '.');
	int stem = (int)(dot != NULL ? (size_t)(dot - o->name) : strlen(o->name));

	if (n == 1)
		snprintf(out, OUTBOX_NAME + 16, "%s", o->name);
	else
		snprintf(out, OUTBOX_NAME + 16, "%.*s-%d%s", stem, o->name, n, o->name + stem);
}

// Give the complete file its name; link() never replaces an existing one.
static bool
publish(struct outbox *o, const char *temporary)
{
	char name[OUTBOX_NAME + 16];

	for (int n = 1; n <= COPIES_MAX; n++) {
		copy_name(o, n, name);
		if (linkat(o->dir, temporary, o->dir, name, 0) == 0) {
			o->files++;
			o->bytes += o->body_len;
			fprintf(o->log, "outbox: saved %s, %zu bytes\n", name, o->body_len);
			fflush(o->log);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	return false;
}

// The message says so of itself, in a Content-Type of its header.
static bool
is_signed(const struct outbox *o)
{
	static const char *const types[] = {
		"content-type: multipart/signed;", "content-type: application/pkcs7-mime;",
	};

	for (size_t at = 0; at < o->body_len; at++) {
		const char *line = o->body + at, *end;

		if (*line == '\r' || *line == '\n')
			return false;           // the header's end
		for (int i = 0; i < 2; i++)
			if (o->body_len - at >= strlen(types[i])
			    && strncasecmp(line, types[i], strlen(types[i])) == 0)
				return true;
		end = memchr(line, '\n', o->body_len - at);
		if (end == NULL)
			return false;
		at = (size_t)(end - o->body);
	}
	return false;
}

// False, with a complaint, when it is not to be saved.
static bool
may_save(struct outbox *o)
{
	if (o->files == OUTBOX_FILES || OUTBOX_BYTES - o->bytes < o->body_len)
		complain(o, "%s is more than is taken at once; not saved", o->name);
	else if (ends_in(o->name, strlen(o->name), "-signed.eml") && !is_signed(o))
		complain(o, "%s is not a signed message; not saved", o->name);
	else
		return true;
	return false;
}

static void
save(struct outbox *o)
{
	char temporary[40];

	if (!may_save(o))
		return;
	snprintf(temporary, sizeof(temporary), ".outbox-%ld", (long)getpid());
	unlinkat(o->dir, temporary, 0);
	int fd = openat(o->dir, temporary,
	                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0) {
		complain(o, "%s cannot be saved: %s", o->name, strerror(errno));
		return;
	}
	bool written = write_all(fd, o->body, o->body_len);
	written &= close(fd) == 0;
	if (!written || !publish(o, temporary))
		complain(o, "%s cannot be saved: %s", o->name, strerror(errno));
	unlinkat(o->dir, temporary, 0);
}

static void
head_byte(struct outbox *o, char c)
{
	if (c != '\n') {
		if (o->line_len < OUTBOX_LINE)
			o->line[o->line_len++] = c;
		return;
	}
	bool good = o->line_len < OUTBOX_LINE && decode_head(o);
	// one complaint for the garbage between two frames, none for what is before the first
	if (!good && (o->state == OUTBOX_HEAD || (head_begun(o) && !o->broken)))
		complain(o, "what comes is not a message; looking for the next one");
	o->state = !good ? OUTBOX_SKIP : o->body_size > 0 ? OUTBOX_BODY : OUTBOX_TAIL;
	o->line_len = 0;
}

static size_t
body_bytes(struct outbox *o, const char *bytes, size_t len)
{
	size_t n = o->body_size - o->body_len;

	if (n > len)
		n = len;
	if (n > o->body_room - o->body_len) {
		size_t room = 2 * (o->body_len + n);
		char *body = realloc(o->body, room);

		if (body == NULL) {
			complain(o, "no memory for %s", o->name);
			o->state = OUTBOX_SKIP;
			return n;
		}
		o->body = body;
		o->body_room = room;
	}
	memcpy(o->body + o->body_len, bytes, n);
	o->body_len += n;
	if (o->body_len == o->body_size)
		o->state = OUTBOX_TAIL;
	return n;
}

// What was cut short took what came next: messages may be within its bytes.
static void
look_again(struct outbox *o)
{
	char *bytes = o->body;
	size_t len = o->body_len;

	o->state = OUTBOX_SKIP;
	o->line_len = 0;
	o->body = NULL;
	o->body_len = o->body_room = 0;
	if (o->again < OUTBOX_AGAIN) {
		o->again++;
		outbox_feed(o, bytes, len);
		o->again--;
	}
	free(bytes);
}

static void
tail_byte(struct outbox *o, char c)
{
	if (c == '\n') {
		save(o);
		o->state = OUTBOX_HEAD;
		return;
	}
	complain(o, "%s does not end where announced; not saved", o->name);
	look_again(o);
	outbox_feed(o, &c, 1);          // comes behind them
}

void
outbox_feed(struct outbox *o, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; ) {
		switch (o->state) {
		case OUTBOX_HEAD:
		case OUTBOX_SKIP:
			head_byte(o, bytes[i++]);
			break;
		case OUTBOX_BODY:
			i += body_bytes(o, bytes + i, len - i);
			break;
		case OUTBOX_TAIL:
			tail_byte(o, bytes[i++]);
			break;
		}
	}
}

bool
outbox_fini(struct outbox *o)
{
	for (int i = 0; i < OUTBOX_AGAIN; i++) {
		if (o->state != OUTBOX_BODY && o->state != OUTBOX_TAIL)
			break;
		complain(o, "%s is cut short after %zu bytes; not saved", o->name, o->body_len);
		look_again(o);
	}
	if (o->line_len > 0 && (o->state == OUTBOX_HEAD || head_begun(o)))
		complain(o, "the stream ends within a line");
	free(o->body);
	o->body = NULL;
	return !o->broken;
}
