// SPDX-License-Identifier: MIT
// tools/outbox: saves what is whole, byte for byte, and never anything outside
// its directory or over another file, whatever comes.

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/outbox_stream.h"

static char folder[] = "/tmp/outbox-test-XXXXXX";
static int dir;
static FILE *said;
static char *said_text;
static size_t said_size;

// Files that are not hidden; hidden ones must not be left over.
static int
files(bool remove)
{
	DIR *d = fdopendir(dup(dir));
	const struct dirent *e;
	int n = 0;

	rewinddir(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		assert_int_not_equal(e->d_name[0], '.');
		n++;
		if (remove)
			assert_int_equal(unlinkat(dir, e->d_name, 0), 0);
	}
	closedir(d);
	return n;
}

static int
setup(void **state)
{
	(void)state;
	files(true);
	said = open_memstream(&said_text, &said_size);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fclose(said);
	free(said_text);
	return 0;
}

// Feed a stream in pieces of `piece` bytes; true if all was well.
static bool
feed_pieces(const char *s, size_t len, size_t piece)
{
	struct outbox o;

	outbox_init(&o, dir, said);
	for (size_t i = 0; i < len; i += piece) {
		size_t n = len - i < piece ? len - i : piece;
		char *copy = malloc(n);         // ASan watches its ends

		memcpy(copy, s + i, n);
		outbox_feed(&o, copy, n);
		free(copy);
	}
	bool good = outbox_fini(&o);
	fflush(said);
	return good;
}
#define FEED(text) feed_pieces(text, sizeof(text) - 1, 1000)

static void
check_file(const char *name, const char *expected, size_t len)
{
	char got[4096];
	int fd = openat(dir, name, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, sizeof(got)), len);
	assert_memory_equal(got, expected, len);
	close(fd);
}

#define SIGNED "From: a\r\nContent-Type: multipart/signed;\r\n"

static void
test_messages(void **state)
{
	static const char stream[] =
		"message a-signed.eml 42\n" SIGNED "\n"
		"message b.eml 16\nmessage x.eml 1\n\n"         // a head inside is content
		"message empty.eml 0\n\n"
		"message list_1.note 3\nabc\n"
		"message bytes.eml 4\n\0\r\n\xff\n";
	(void)state;

	for (size_t piece = 1; piece < sizeof(stream); piece += piece < 8 ? 1 : 7) {
		assert_true(feed_pieces(stream, sizeof(stream) - 1, piece));
		assert_int_equal(files(false), 5);
		check_file("a-signed.eml", SIGNED, 42);
		check_file("b.eml", "message x.eml 1\n", 16);
		check_file("empty.eml", "", 0);
		check_file("list_1.note", "abc", 3);
		check_file("bytes.eml", "\0\r\n\xff", 4);
		files(true);
	}
	assert_non_null(strstr(said_text, "outbox: saved a-signed.eml, 42 bytes\n"));
}

static void
test_never_overwrites(void **state)
{
	(void)state;
	assert_true(FEED("message a.eml 1\n1\nmessage a.eml 1\n2\nmessage a.eml 1\n3\n"));
	assert_true(FEED("message b.eml 1\n1\nmessage b.eml 1\n2\n"));
	check_file("a.eml", "1", 1);
	check_file("a-2.eml", "2", 1);
	check_file("a-3.eml", "3", 1);
	check_file("b-2.eml", "2", 1);
	// not through a link either
	assert_int_equal(symlinkat("/tmp/outbox-elsewhere", dir, "link.eml"), 0);
	assert_true(FEED("message link.eml 1\nx\n"));
	check_file("link-2.eml", "x", 1);
	assert_int_equal(access("/tmp/outbox-elsewhere", F_OK), -1);
}

static void
test_bad_heads(void **state)
{
	static const char *const head[] = {
		"message ../a.eml 1", "message a/b.eml 1", "message /a.eml 1", "message . 1",
		"message .. 1", "message .a.eml 1", "message .eml 1", "message  1", "message a.eml",
		"message a.eml ", "message a.eml -1", "message a.eml 1 ", "message a.eml  1",
		"message a.eml 01", "message a.eml 0x1", "message a.eml 1a",
		"message a.eml 99999999", "message a.eml 16777217",
		"message a.eml 18446744073709551617", "message a\xc3\xbc.eml 1", "messagea.eml 1",
		"Message a.eml 1", "", "message", "message a.eml 1\r", " message a.eml 1",
		"message aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.eml 1",
		"message -rf 1", "message -rf.eml 1", "message _.eml 1", "message x.desktop 1",
		"message x.sh 1", "message x.eml.sh 1", "message x.EML 1", "message eml 1",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
		char stream[300];
		int n = snprintf(stream, sizeof(stream),
			"message first.eml 1\n1\n%s\nx\nmessage good.eml 2\nok\n", head[i]);

		assert_false(feed_pieces(stream, (size_t)n, 7));
		assert_int_equal(files(false), 2);
		check_file("good.eml", "ok", 2);
		files(true);
	}
}

static void
test_longest_name(void **state)
{
	char name[OUTBOX_NAME + 1], stream[200];
	(void)state;

	memset(name, 'n', OUTBOX_NAME);
	strcpy(name + OUTBOX_NAME - 4, ".eml");
	int n = snprintf(stream, sizeof(stream), "message %s 1\nx\nmessage %s 1\ny\n", name, name);
	assert_true(feed_pieces(stream, (size_t)n, 1000));
	check_file(name, "x", 1);
	assert_int_equal(files(false), 2);
}

static void
test_long_garbage(void **state)
{
	char stream[1000];
	(void)state;

	memset(stream, 'm', sizeof(stream));
	memcpy(stream + 900, "\nmessage good.eml 2\nok\n", 23);
	assert_true(feed_pieces(stream, 923, 50));
	check_file("good.eml", "ok", 2);
	// a head with more behind it than a line holds is none
	memset(stream, ' ', sizeof(stream));
	memcpy(stream, "message bad.eml 2", 17);
	memcpy(stream + 900, "\nok\n", 4);
	assert_false(feed_pieces(stream, 904, 50));
	assert_int_equal(files(false), 1);
}

// Firmware writes first, and leaves its last line open; the programs begin with a line end.
static void
test_firmware(void **state)
{
	(void)state;
	assert_true(FEED("\033[2J\033[01;01HBdsDxe: starting Boot0001\r\nBdsDxe: x\n\0"
		"more\nmessage good.eml 2\nok\n"));
	check_file("good.eml", "ok", 2);
	assert_true(FEED("\033[2J nothing else"));
	assert_true(FEED("one line\nand another"));
	// what somebody meant as a message is not noise, nor is anything behind one
	assert_false(FEED("noise\nmessage a b 3\nnoise\n"));
	assert_false(FEED("noise\nmess"));
	assert_false(FEED("noise\nmessage a.eml 1\nx\nnoise"));
	assert_false(FEED("noise\nmessage a.eml 1\nx\nnoise\n"));
}

static void
test_wrong_length(void **state)
{
	(void)state;
	assert_false(FEED("message long.eml 3\nabcdef\nmessage good.eml 2\nok\n"));
	assert_int_equal(files(true), 1);
	assert_false(FEED("message short.eml 30\nabc\n"));
	assert_int_equal(files(false), 0);
	assert_non_null(strstr(said_text, "short.eml is cut short"));
	assert_false(FEED("message exact.eml 3\nabc"));
	assert_int_equal(files(false), 0);
	assert_false(FEED("mess"));
	assert_true(FEED(""));
}

// What was cut short took the next one with it: that is found again.
static void
test_cut(void **state)
{
	(void)state;
	assert_false(FEED("message cut.eml 30\nabc\nmessage good.eml 2\nok\n and more\n"
		"message last.eml 1\nx\n"));
	check_file("good.eml", "ok", 2);
	check_file("last.eml", "x", 1);
	assert_int_equal(files(true), 2);
	assert_false(FEED("message cut.eml 3000\nabc\nmessage good.eml 2\nok\n"));   // at the end
	check_file("good.eml", "ok", 2);
	assert_int_equal(files(true), 1);
	assert_false(FEED("message a.eml 60\nmessage b.eml 3000\nmessage c.eml 2\nok\n"));
	check_file("c.eml", "ok", 2);
	assert_int_equal(files(true), 1);
}

// A name that says so has a message that is signed, as far as it says itself.
static void
test_claims(void **state)
{
	static const struct { const char *text; bool good; } cases[] = {
		{ SIGNED, true }, { "content-type: Application/PKCS7-mime; x\n\n", true },
		{ "", false }, { "hello", false }, { "From: a\r\n\r\n" SIGNED, false },
		{ "\n" SIGNED, false }, { "From: a\r\nContent-Type: text/plain\r\n", false },
		{ "X-Content-Type: multipart/signed;\r\n", false },
		{ "Content-Type: multipart/signed", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char stream[200];
		int n = snprintf(stream, sizeof(stream), "message x-signed.eml %zu\n%s\n",
			strlen(cases[i].text), cases[i].text);

		assert_int_equal(feed_pieces(stream, (size_t)n, 1000), cases[i].good);
		assert_int_equal(files(true), cases[i].good);
	}
}

// Neither files nor bytes without end.
static void
test_much(void **state)
{
	struct outbox o;

	(void)state;
	outbox_init(&o, dir, said);
	o.files = OUTBOX_FILES - 1;
	outbox_feed(&o, "message a.eml 1\nx\nmessage b.eml 1\nx\n", 36);
	assert_int_equal(files(true), 1);
	assert_false(outbox_fini(&o));
	outbox_init(&o, dir, said);
	o.bytes = OUTBOX_BYTES - 3;
	outbox_feed(&o, "message a.eml 2\nxy\nmessage b.eml 2\nxy\nmessage c.eml 1\nx\n", 56);
	assert_int_equal(files(true), 2);
	assert_false(outbox_fini(&o));
	fflush(said);
	assert_non_null(strstr(said_text, "b.eml is more than is taken at once"));
}

static void
test_random(void **state)
{
	static const char *const piece[] = {
		"message ", "a.eml", "b.eml", " ", "1", "3", "\n", "\n\n", "..", "/", "x\n",
		"message a.eml 2\nab\n",
	};
	uint32_t seed = 3;
	(void)state;

	for (int round = 0; round < 300; round++) {
		char stream[800];
		size_t len = 0;

		while (len < 700) {
			seed = seed * 1664525 + 1013904223;
			const char *s = piece[(seed >> 16) % 12];

			if ((seed >> 8) % 16 == 0)
				stream[len++] = (char)(seed >> 24);
			memcpy(stream + len, s, strlen(s));
			len += strlen(s);
		}
		feed_pieces(stream, len, 1 + (seed >> 10) % 90);
		files(true);
	}
}

static void
test_full_folder(void **state)
{
	struct outbox o;
	(void)state;

	// a directory that is gone: a complaint, no crash
	char gone[] = "/tmp/outbox-gone-XXXXXX";
	assert_non_null(mkdtemp(gone));
	int fd = open(gone, O_RDONLY | O_DIRECTORY);
	assert_int_equal(rmdir(gone), 0);
	outbox_init(&o, fd, said);
	outbox_feed(&o, "message a.eml 1\nx\n", 18);
	assert_false(outbox_fini(&o));
	fflush(said);
	assert_non_null(strstr(said_text, "a.eml cannot be saved"));
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_messages), TEST(test_never_overwrites), TEST(test_bad_heads),
		TEST(test_longest_name), TEST(test_long_garbage), TEST(test_firmware),
		TEST(test_cut), TEST(test_claims), TEST(test_much),
		TEST(test_wrong_length), TEST(test_random), TEST(test_full_folder),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	files(true);
	close(dir);
	rmdir(folder);
	return failed;
}
